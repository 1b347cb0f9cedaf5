import { evaluateFloor } from "../floor";

/** The floor of the offline preview, a whole process: so many resources under the SDK's own mocks. */
void evaluateFloor(Number(process.argv[2]));
