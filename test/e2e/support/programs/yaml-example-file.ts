/** The variable that hands the program of `yaml-example.ts` the file that it runs. */
export const YAML_PROGRAM = "ARC_TEST_YAML_PROGRAM";
