import { CONTROLLER_TESTS } from "./checklist/controller";
import { CONTROLLER_EXPERIMENTAL } from "./checklist/controller-experimental";
import type { ChartTest } from "./checklist/entry";
import { SCALE_SET_TESTS } from "./checklist/scale-set";
import { SCALE_SET_EXPERIMENTAL } from "./checklist/scale-set-experimental";
import { SCALE_SET_EXPERIMENTAL_POD } from "./checklist/scale-set-experimental-pod";
import { SCALE_SET_POD_TESTS } from "./checklist/scale-set-pod";

/** The tests of one chart. */
export interface ChartSuite {
  chart: string;
  /** Folder in the repository actions/actions-runner-controller. */
  source: string;
  tests: ChartTest[];
}

/** Every test of the official charts at 0.14.2. */
export const CHECKLIST: ChartSuite[] = [
  {
    chart: "gha-runner-scale-set-controller",
    source: "charts/gha-runner-scale-set-controller/tests/template_test.go",
    tests: CONTROLLER_TESTS,
  },
  {
    chart: "gha-runner-scale-set",
    source: "charts/gha-runner-scale-set/tests/template_test.go",
    tests: [...SCALE_SET_TESTS, ...SCALE_SET_POD_TESTS],
  },
  {
    chart: "gha-runner-scale-set-controller-experimental",
    source: "charts/gha-runner-scale-set-controller-experimental/tests",
    tests: CONTROLLER_EXPERIMENTAL,
  },
  {
    chart: "gha-runner-scale-set-experimental",
    source: "charts/gha-runner-scale-set-experimental/tests",
    tests: [...SCALE_SET_EXPERIMENTAL, ...SCALE_SET_EXPERIMENTAL_POD],
  },
];
