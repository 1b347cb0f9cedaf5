/** Where two objects differ, sorted by place: `<path>: <theirs> → <ours>`. Lists are compared by position. */
export function differences(theirs: unknown, ours: unknown): string[] {
  const left = leaves(theirs);
  const right = leaves(ours);
  const places = [...new Set([...left.keys(), ...right.keys()])].sort();
  return places.flatMap((place) => {
    const [was, is] = [left.get(place) ?? "nothing", right.get(place) ?? "nothing"];
    return was === is ? [] : [`${place}: ${was} → ${is}`];
  });
}

/** Values by path; an empty object or list is a value, `null` as good as absent. */
function leaves(value: unknown, path: string[] = [], found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return found;
  const fields = typeof value === "object" ? Object.entries(value) : [];
  if (fields.length === 0)
    return found.set(path.join("."), typeof value === "object" ? JSON.stringify(value) : String(value));
  for (const [key, field] of fields) leaves(field, [...path, key], found);
  return found;
}
