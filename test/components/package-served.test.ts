import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ROOT } from "../support/arc";
import { type ServedPackage, servePackage } from "../support/served-package";

describe("The component package, started as the engine starts it for programs in other languages", function () {
  this.timeout(300_000); // The SDK has TypeScript check every file that it loads.

  let served: ServedPackage;
  let client: ResourceProviderClient;
  before(async () => {
    served = await servePackage();
    client = new ResourceProviderClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
  });
  after(() => {
    client?.close();
    served?.stop();
  });

  it("compiles with the SDK's own options, and serves the very schema that the golden one is", async () => {
    const getSchema = promisify(client.getSchema.bind(client)) as (of: GetSchemaRequest) => Promise<GetSchemaResponse>;
    const schema = (await getSchema(new GetSchemaRequest())).getSchema();
    const golden = readFileSync(path.join(ROOT, "test/golden/package-schema.json"), "utf8");
    assert.deepEqual(JSON.parse(schema), JSON.parse(golden));
  });
});
