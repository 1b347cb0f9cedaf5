/** Who set which fields of an object, as the API server keeps it. */
export interface ManagedFields {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  subresource?: string;
  fieldsV1?: Fields;
}

/** A tree of fields: `f:name` a field, `k:{…}` an entry of a list by its keys, `v:…` a value of a set, `.` the thing itself. */
export interface Fields {
  [key: string]: Fields;
}

/** An object of the cluster as plain JSON. */
export interface LiveObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: unknown[];
    managedFields?: ManagedFields[];
  };
  [field: string]: unknown;
}

/** One step of a JSON patch. */
export interface PatchOperation {
  op: "add" | "remove" | "replace" | "test";
  path: string;
  value?: unknown;
}
