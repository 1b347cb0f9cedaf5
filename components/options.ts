import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a component's child. `dependsOn` of a component does not reach its children by itself, so what the
 * component waits for is handed on, together with what this child waits for besides.
 */
export function childOptions(
  parent: pulumi.Resource,
  componentOpts: pulumi.ComponentResourceOptions | undefined,
  dependsOn: pulumi.Resource[] = [],
): pulumi.CustomResourceOptions {
  const inherited = componentOpts?.dependsOn ?? [];
  const list = Array.isArray(inherited) ? inherited : [inherited as pulumi.Input<pulumi.Resource>];
  return { parent, dependsOn: [...list, ...dependsOn] };
}
