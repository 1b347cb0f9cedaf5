import { z } from "zod";
import { UpdateStrategy } from "../../components";
import { CONTROLLER_DEFAULTS } from "../../components/controller/controller";
import { imageRepository, namespaceName, releaseVersion } from "./fields";
import { labels, resources } from "./schema-parts";

const crds = z
  .discriminatedUnion("source", [
    z.strictObject({ source: z.literal("embedded") }).describe("This package's own compact CRDs; no network."),
    z
      .strictObject({ source: z.literal("preinstalled") })
      .describe("The CRDs are in the cluster and not managed from here."),
    z
      .strictObject({ source: z.literal("release"), detail: z.enum(["compact", "full"]).default("compact") })
      .describe("The official files of the pinned version, checked by sha256 and cached on disk."),
    z
      .strictObject({
        source: z.literal("directory"),
        directory: z.string().min(1).describe("Folder with the four files, relative to the project."),
        detail: z.enum(["compact", "full"]).default("compact"),
      })
      .describe("Files of your own, for clusters without internet access."),
  ])
  .default({ source: "embedded" })
  .describe(
    "Where the CRDs come from. compact drops descriptions and the insides of pod templates: previews stay fast.",
  );

export const controller = z
  .strictObject({
    version: releaseVersion.describe("ARC release. Images, version labels and CRDs follow from it."),
    namespace: namespaceName
      .default(CONTROLLER_DEFAULTS.namespace)
      .describe("Namespace of the controller and all listeners."),
    imageRepository: imageRepository
      .default(CONTROLLER_DEFAULTS.imageRepository)
      .describe("Image without tag, for a mirror."),
    updateStrategy: z
      .enum(UpdateStrategy)
      .default(CONTROLLER_DEFAULTS.updateStrategy)
      .describe(
        "How runners roll after a template change: immediate starts new ones at once, eventual waits for the old ones.",
      ),
    nodeSelector: labels.default({}).describe("Labels of the nodes that the controller may run on."),
    resources: resources.prefault(CONTROLLER_DEFAULTS.resources).describe("Requests and limits of the controller."),
    logLevel: z
      .enum(["debug", "info", "warn", "error"])
      .optional()
      .describe("Log level; the controller's own default is debug."),
    logFormat: z.enum(["text", "json"]).optional().describe("Log format; the controller's own default is text."),
    crds,
  })
  .describe("The one controller of the cluster.");
