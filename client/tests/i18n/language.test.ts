import { afterEach, describe, expect, it } from "vitest";
import { chooseLanguage, detectLanguage, language, lookUp, startLanguage, t } from "../../src/i18n";
import { formatCountdown, formatDuration, formatNames, formatWaiting } from "../../src/i18n/format";

afterEach(() => {
  localStorage.clear();
  language.value = "en";
});

describe("detectLanguage", () => {
  it.each([
    ["?lang=fr", "en", ["en-GB"], "fr"],
    ["?lang=de", "fr", ["en-GB"], "fr"],
    ["", null, ["de-DE", "fr-CA", "en"], "fr"],
    ["", null, ["de-DE"], "en"],
    ["", "xx", ["fr"], "fr"],
  ])("%s, remembered %s, preferring %s: %s", (search, remembered, preferred, expected) => {
    expect(detectLanguage(search, remembered, preferred)).toBe(expected);
  });
});

describe("the chosen language", () => {
  it("is remembered and told to the page", () => {
    startLanguage();
    chooseLanguage("fr");
    expect(document.documentElement.lang).toBe("fr");
    expect(detectLanguage("", localStorage.getItem("momentum.language"), ["en"])).toBe("fr");
  });

  it("chooses words, fills placeholders and forms plurals by its own rules", () => {
    expect(t("room.people", { count: 0 })).toBe("0 people");
    expect(t("room.people", { count: 1 })).toBe("1 person");
    language.value = "fr";
    expect(t("room.people", { count: 0 })).toBe("0 personne");
    expect(t("room.people", { count: 2 })).toBe("2 personnes");
    expect(t("people.mute", { name: "Léa" })).toBe("Couper le micro de Léa");
  });

  it("never fills a placeholder from what a person wrote", () => {
    expect(lookUp("notice.broadcast", { name: "Zoé", text: "use {name}" })).toBe(
      "Zoé says to everyone: use {name}",
    );
  });

  it("knows no words for unknown keys", () => {
    expect(lookUp("notice.unheard_of")).toBeNull();
    expect(lookUp("constructor")).toBeNull();
  });
});

describe("times", () => {
  it.each([
    [0, "less than a minute"],
    [59_999, "less than a minute"],
    [-5000, "less than a minute"],
    [120_000, "2 min"],
    [3_600_000, "1 hr"],
    [3_900_000, "1 hr 5 min"],
  ])("waited %d ms: %s", (ms, words) => {
    expect(formatWaiting(ms)).toBe(words);
  });

  it.each([
    [-1, "0:00"],
    [1, "0:01"],
    [59_000, "0:59"],
    [60_000, "1:00"],
    [61_500, "1:02"],
    [3_661_000, "1:01:01"],
  ])("%d ms left: %s", (ms, words) => {
    expect(formatCountdown(ms)).toBe(words);
  });

  it("writes lengths and lists as the language does", () => {
    expect(formatDuration(300)).toBe("5 min");
    expect(formatDuration(10)).toBe("10 sec");
    expect(formatNames(["Ana", "Karim", "Léa"])).toBe("Ana, Karim, and Léa");
    language.value = "fr";
    expect(formatNames(["Ana", "Karim", "Léa"])).toBe("Ana, Karim et Léa");
  });
});
