import * as assert from "node:assert/strict";
import { isPullFailure, PullFailure, pullFailure } from "../../../cli/doctor/pull-failure";

describe("What a runtime's message about an image means", () => {
  const cases: Record<string, [PullFailure, ...string[]]> = {
    "no such image": [
      PullFailure.Missing,
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/docker:99-dind": not found',
      "reading manifest 9.9 in ghcr.io/acme/ci: manifest unknown",
      "name unknown: repository name not known to registry",
    ],
    "credentials that are not taken": [
      PullFailure.Refused,
      "failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden",
      "pull access denied, repository does not exist or may require authorization: insufficient_scope",
      "Head https://123.dkr.ecr.eu-west-1.amazonaws.com/v2/ci/manifests/1: no basic auth credentials",
      "unauthorized: authentication required",
    ],
    "a rate limit": [
      PullFailure.Limited,
      "429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.",
    ],
    "a registry out of reach": [
      PullFailure.Unreachable,
      "dial tcp: lookup ghcr.io on 10.96.0.10:53: no such host",
      "dial tcp 140.82.121.33:443: i/o timeout",
      "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    ],
    "another processor": [PullFailure.Platform, "no match for platform in manifest: not found"],
    "nothing that is known": [PullFailure.Other, "unexpected EOF", ""],
  };
  for (const [meaning, [expected, ...messages]] of Object.entries(cases)) {
    it(`is ${meaning}`, () => {
      for (const message of messages) assert.equal(pullFailure("ImagePullBackOff", message), expected, message);
    });
  }

  it("is a wrong name when the kubelet says so", () => {
    assert.equal(pullFailure("InvalidImageName", "couldn't parse image name"), PullFailure.Name);
  });

  it("is asked of those reasons alone that are about images", () => {
    assert.deepEqual(["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"].map(isPullFailure), [true, true, true]);
    assert.deepEqual(["ContainerCreating", "CrashLoopBackOff", undefined].map(isPullFailure), [false, false, false]);
  });
});
