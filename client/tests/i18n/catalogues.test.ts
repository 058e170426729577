import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NOTICE_KEYS } from "../../src/core/notices";
import { en } from "../../src/i18n/en";
import { fr } from "../../src/i18n/fr";

const CLIENT = join(import.meta.dirname, "../..");
const KEYS = Object.keys(en);
const read = (path: string) => readFileSync(join(CLIENT, path), "utf8");

/** Every text of an entry: one, or one for each plural form. */
function texts(entry: unknown): string[] {
  return typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>);
}

function placeholders(entry: unknown): string[][] {
  return texts(entry).map((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort());
}

const sources = readdirSync(join(CLIENT, "src/ui"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => read(join("src/ui", name)))
  .concat(read("src/i18n/format.ts"), read("src/core/notices.ts"), read("src/core/recall.ts"))
  .join("\n");

/** `ended.${code}.title` and the like stand for every key of that shape. */
const families = [...sources.matchAll(/`([a-z_]+\.[^`]*\$\{[^`]+?)`/g)].map(
  (match) => new RegExp(`^${(match[1] ?? "").replace(/[.]/g, "\\.").replace(/\$\{[^}]+\}/g, "[a-z_]+")}$`),
);

describe("the catalogues", () => {
  it("have the same keys in the same order", () => {
    expect(Object.keys(fr)).toEqual(KEYS);
  });

  it.each(KEYS)("%s: every form takes the same placeholders in both languages", (key) => {
    const english = placeholders(en[key as keyof typeof en]);
    const french = placeholders(fr[key as keyof typeof fr]);
    expect(new Set([...english, ...french].map(String)).size).toBe(1);
  });

  it("hold nothing that nobody says", () => {
    const unused = KEYS.filter(
      (key) => !sources.includes(`"${key}"`) && !families.some((family) => family.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it("have words for every notice of the core", () => {
    expect(NOTICE_KEYS.filter((key) => !(key in en))).toEqual([]);
    const known = new Set<string>(NOTICE_KEYS);
    expect(KEYS.filter((key) => key.startsWith("notice.") && !known.has(key))).toEqual([]);
  });
});

describe("error codes", () => {
  const python = read("../signaling/errors.py");
  const enumeration = python.slice(python.indexOf("class ErrorCode"), python.indexOf("class ProtocolError"));
  const [refusals = "", endings = ""] = enumeration.split("# ends the connection");
  const codes = (text: string) =>
    [...text.matchAll(/^ +[A-Z_]+ = "([a-z_]+)"/gm)].map((match) => match[1] ?? "");
  const commands = read("../rooms/commands/__init__.py");
  const roomRefusals = [...commands.slice(commands.indexOf("Refusal = Literal[")).matchAll(/"([a-z_]+)",/g)];

  it.each(codes(endings))("%s ends a session: a title and what to do", (code) => {
    expect(en).toHaveProperty([`ended.${code}.title`]);
    expect(en).toHaveProperty([`ended.${code}.text`]);
  });

  it.each(codes(refusals))("%s refuses a request: its own words", (code) => {
    expect(en).toHaveProperty([`error.${code}`]);
  });

  it.each(roomRefusals.map((match) => match[1] ?? ""))("%s refuses a command: its own words", (code) => {
    expect(en).toHaveProperty([`error.${code}`]);
  });

  it("were found", () => {
    expect(codes(endings)).toContain("token_expired");
    expect(codes(refusals)).toContain("rate_limited");
    expect(roomRefusals.length).toBeGreaterThan(8);
  });
});

describe("French typography", () => {
  const all = Object.values(fr).flatMap(texts);

  it("puts a narrow no-break space before ; ! ? and a no-break space before :", () => {
    expect(all.filter((text) => /[^\u202f][;!?]/u.test(text))).toEqual([]);
    expect(all.filter((text) => /[^\u00a0]:(?!\/\/)/u.test(text))).toEqual([]);
  });

  it("keeps quotation marks and their words together, and uses the curly apostrophe", () => {
    expect(all.filter((text) => /«[^\u00a0]|[^\u00a0]»/u.test(text))).toEqual([]);
    expect(all.filter((text) => text.includes("'"))).toEqual([]);
  });
});
