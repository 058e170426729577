import { useSignal } from "@preact/signals";
import { Pencil, Plus, Trash2 } from "lucide-preact";
import type { GlossaryTerm } from "../../generated/protocol";
import { language, t } from "../../i18n";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { isStaff } from "../people";
import { useClassroom, useRun } from "../state";
import { sorted } from "./find";
import { useGlossary } from "./GlossaryText";
import { TermForm } from "./TermForm";
import "./glossary.css";

/** From so many words on there is a field to search them. */
const SEARCH_FROM = 6;

/** The words of the trade, explained by the trainer. */
export function Glossary() {
  const classroom = useClassroom();
  const run = useRun();
  const terms = useGlossary();
  const search = useSignal("");
  const editing = useSignal<string | null>(null);
  const staff = isStaff(classroom.me.value);
  const shown = sorted(terms, search.value, language.value);
  const done = () => {
    editing.value = null;
  };
  return (
    <div class="glossary">
      {staff ? (
        editing.value === "" ? (
          <TermForm term={null} onDone={done} />
        ) : (
          <Button
            onClick={() => {
              editing.value = "";
            }}
          >
            <Plus size={18} aria-hidden="true" />
            {t("glossary.add")}
          </Button>
        )
      ) : null}
      {terms.length >= SEARCH_FROM ? (
        <label class="field">
          <span class="field__label">{t("glossary.search")}</span>
          <input
            class="field__control"
            type="search"
            value={search.value}
            onInput={(event) => {
              search.value = event.currentTarget.value;
            }}
          />
        </label>
      ) : null}
      {shown.length === 0 ? (
        <p class="soft">
          {t(terms.length > 0 ? "glossary.none_found" : staff ? "glossary.empty_staff" : "glossary.empty")}
        </p>
      ) : (
        <dl class="glossary__list">
          {shown.map((term) =>
            editing.value === term.id ? (
              <div key={term.id} class="glossary__entry">
                <dt class="visually-hidden">{term.term}</dt>
                <dd>
                  <TermForm term={term} onDone={done} />
                </dd>
              </div>
            ) : (
              <div key={term.id} class="glossary__entry">
                <dt>{term.term}</dt>
                <dd>
                  {term.meaning}
                  {staff ? (
                    <Actions
                      term={term}
                      onEdit={() => {
                        editing.value = term.id;
                      }}
                      onRemove={() => void run(classroom.glossary.remove(term.id))}
                    />
                  ) : null}
                </dd>
              </div>
            ),
          )}
        </dl>
      )}
    </div>
  );
}

interface ActionsProps {
  readonly term: GlossaryTerm;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function Actions({ term, onEdit, onRemove }: ActionsProps) {
  return (
    <span class="glossary__actions">
      <IconButton label={t("glossary.edit", { term: term.term })} onClick={onEdit}>
        <Pencil aria-hidden="true" />
      </IconButton>
      <IconButton label={t("glossary.remove", { term: term.term })} onClick={onRemove}>
        <Trash2 aria-hidden="true" />
      </IconButton>
    </span>
  );
}
