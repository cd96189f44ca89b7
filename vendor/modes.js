// The small grammars, fetched together.
import { StreamLanguage } from "@codemirror/language";
import { c, csharp, dart, kotlin, objectiveC, scala } from "@codemirror/legacy-modes/mode/clike";
import { clojure } from "@codemirror/legacy-modes/mode/clojure";
import { cobol } from "@codemirror/legacy-modes/mode/cobol";
import { commonLisp } from "@codemirror/legacy-modes/mode/commonlisp";
import { crystal } from "@codemirror/legacy-modes/mode/crystal";
import { d } from "@codemirror/legacy-modes/mode/d";
import { erlang } from "@codemirror/legacy-modes/mode/erlang";
import { forth } from "@codemirror/legacy-modes/mode/forth";
import { fortran } from "@codemirror/legacy-modes/mode/fortran";
import { groovy } from "@codemirror/legacy-modes/mode/groovy";
import { haskell } from "@codemirror/legacy-modes/mode/haskell";
import { julia } from "@codemirror/legacy-modes/mode/julia";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { fSharp, oCaml } from "@codemirror/legacy-modes/mode/mllike";
import { pascal } from "@codemirror/legacy-modes/mode/pascal";
import { perl } from "@codemirror/legacy-modes/mode/perl";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { r } from "@codemirror/legacy-modes/mode/r";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { scheme } from "@codemirror/legacy-modes/mode/scheme";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { tcl } from "@codemirror/legacy-modes/mode/tcl";

// Where no grammar of the language is to be had, its nearest relation's colours are better than none.
const modes = {
  awk: perl, sh: shell, c, clj: clojure, cob: cobol, lisp: commonLisp, cr: crystal, cs: csharp, d, dart, erl: erlang,
  "4th": forth, f90: fortran, fs: fSharp, groovy, hs: haskell, idr: haskell, jl: julia, kt: kotlin, lua,
  m: objectiveC, ml: oCaml, pas: pascal, pl: perl, ps1: powerShell, pro: erlang, r, raku: perl, rb: ruby, scala,
  scm: scheme, tcl,
};

export const mode = (extension) => (Object.hasOwn(modes, extension) ? StreamLanguage.define(modes[extension]) : []);
