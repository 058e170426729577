import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../../src/ops/words/en";
import { fr } from "../../src/ops/words/fr";

const SOURCES = join(import.meta.dirname, "../../src/ops");
const KEYS = Object.keys(en) as (keyof typeof en)[];
const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("words"))
  .map((name) => readFileSync(join(SOURCES, name), "utf8"))
  .join("\n");
/** `error.${code}` and the like stand for every key of that shape. */
const families = [...sources.matchAll(/`([a-z_]+\.[^`]*\$\{[^`]+?)`/g)].map(
  (match) => new RegExp(`^${(match[1] ?? "").replace(/[.]/g, "\\.").replace(/\$\{[^}]+\}/g, "[a-z_]+")}$`),
);
const texts = (entry: string | object): string[] =>
  typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>);
const placeholders = (entry: string | object) =>
  texts(entry).map((text) => String([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()));

describe("the ops page's words", () => {
  it("have the same keys in the same order, with the same placeholders", () => {
    expect(Object.keys(fr)).toEqual(KEYS);
    for (const key of KEYS)
      expect(new Set([...placeholders(en[key]), ...placeholders(fr[key])]).size, key).toBe(1);
  });

  it("hold nothing that nobody says", () => {
    const unused = KEYS.filter(
      (key) => !sources.includes(`"${key}"`) && !families.some((family) => family.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it("say every code with which the server refuses something", () => {
    const python = readFileSync(join(SOURCES, "../../../classroom/ops/actions.py"), "utf8");
    const literal = python.slice(python.indexOf("OpsRefusal = Literal["));
    const codes = [...literal.slice(0, literal.indexOf("]")).matchAll(/"([a-z_]+)"/g)].map(
      (match) => match[1],
    );
    expect(codes).toContain("node_silent");
    /** The page never makes these; should it, it says the code. */
    const neverOurs = ["malformed_message", "too_large", "too_slow", "origin"];
    expect(codes.filter((code) => !(`error.${code}` in en) && !neverOurs.includes(code ?? ""))).toEqual([]);
  });

  it("follow French typography", () => {
    const all = Object.values(fr).flatMap(texts);
    expect(all.filter((text) => /[^\u202f][;!?]/u.test(text))).toEqual([]);
    expect(all.filter((text) => /[^\u00a0]:(?!\/\/)/u.test(text))).toEqual([]);
    expect(all.filter((text) => /«[^\u00a0]|[^\u00a0]»/u.test(text))).toEqual([]);
    expect(all.filter((text) => text.includes("'"))).toEqual([]);
  });
});
