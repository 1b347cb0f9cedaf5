/** What can happen in a cluster that the model acts in. */
export const What = {
  /** A pod of a controller is ready; the model acts for it from now on. */
  ControllerStarted: "controller started",
  /** No pod of that controller and release is ready any more. */
  ControllerStopped: "controller stopped",
  /** The set's version label is not that of the controller, which deletes it (facts 7.2). */
  SetDeletedByGate: "set deleted by version gate",
  /** The set's finalizer is gone, and so is all that the controller made for it (facts 7.9). */
  SetRemoved: "set removed",
  SetOutdated: "set outdated",
  SetRevived: "set revived",
  ScaleSetCreated: "scale set created",
  /** A scale set of that URL, group and name was on GitHub already. */
  ScaleSetAdopted: "scale set adopted",
  ScaleSetDeleted: "scale set deleted",
  ListenerCreated: "listener created",
  ListenerDeleted: "listener deleted",
  RunnerSetCreated: "runner set created",
  RunnerSetDeleted: "runner set deleted",
  RunnerCreated: "runner created",
  RunnerRemoved: "runner removed",
  JobStarted: "job started",
  JobFinished: "job finished",
  /** A runner went away, or its process failed, in the middle of a job. */
  JobLost: "job lost",
} as const;
export type What = (typeof What)[keyof typeof What];

/** One line of the model's log. */
export interface ModelEvent {
  what: What;
  /** When, in milliseconds, as `Date.now()` gives it. */
  at: number;
  /** `namespace/name` of the controller's Deployment; absent where none did it. */
  controller?: string;
  /** Release of that controller. */
  version?: string;
  /** `namespace/name` of the AutoscalingRunnerSet; absent where it is about a controller. */
  set?: string;
  /** Name of the listener, EphemeralRunnerSet or EphemeralRunner. */
  name?: string;
  /** Id of the scale set on GitHub. */
  id?: number;
  /** Id of the job. */
  job?: string;
  /** Image of a listener that was created. */
  image?: string;
  /** The label that did not pass the version gate; absent where there was none. */
  label?: string;
}

/** Writes the log. */
export type Tell = (what: What, about?: Omit<ModelEvent, "what" | "at">) => void;

/** How often each thing happened; what never did is not in it. */
export type Tally = Partial<Record<What, number>>;

/** The events of each kind, counted. */
export function tallyOf(events: readonly ModelEvent[]): Tally {
  const tally: Tally = {};
  for (const { what } of events) tally[what] = (tally[what] ?? 0) + 1;
  return tally;
}
