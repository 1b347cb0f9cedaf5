import { floorProgram } from "../floor";

/** The least program as one that the engine's language host starts. */
export = () => floorProgram(JSON.parse(process.env.BENCH_FLOOR!));
