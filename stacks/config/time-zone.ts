/** The names that ICU itself prefers; the tz database has others for the same zones. */
const PREFERRED = new Map(Intl.supportedValuesOf("timeZone").map((name) => [name.toLowerCase(), name]));
/** Parts of at most 14 characters (`validateTimeZone`, `pkg/apis/batch/validation`); ICU would take offsets such as +01:00 too. */
const NAME = /^[A-Z][\w.+-]{0,13}(\/[A-Z][\w.+-]{0,13})*$/;
/** The tz database's own; ICU has others of three letters, as PST, and the folder SystemV, for the sake of old programs. */
const SHORT = "CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET".split(" ");

/** Whether Kubernetes knows a time zone: a name of the tz database, in its own spelling, which ICU does not insist on. */
export function isTimeZone(name: string): boolean {
  const preferred = PREFERRED.get(name.toLowerCase());
  if (preferred !== undefined) return preferred === name;
  if (!NAME.test(name) || name.startsWith("SystemV/") || (name.length === 3 && !SHORT.includes(name))) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
