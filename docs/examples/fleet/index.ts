import program from "../../../index";

export = program;
