import { z } from "zod";
import { containerResource, labelKey, labelValue, quantity } from "./fields";

export const INT32 = 2147483647;
export const count = z.int().min(0).max(INT32);
export const labels = z.record(labelKey, labelValue);
export const quantities = z.record(containerResource, quantity);
export const resources = z.strictObject({
  requests: quantities.optional().describe("What the scheduler sets aside for the container."),
  limits: quantities.optional().describe("What the container may use at most."),
});
export const annotations = z.record(labelKey, z.string());
