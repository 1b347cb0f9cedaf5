import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./policies";
import { keepSecretMarks } from "./secret-marks";

keepSecretMarks();

new PolicyPack("arc", { policies: POLICIES });
