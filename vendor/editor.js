// The playground's editor: CodeMirror with what a small one needs, as one module without anything else.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { grammar } from "./languages.js";

// Colours are the page's custom properties, so that they follow its light and dark.
const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.literal], color: "var(--code-number)" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], color: "var(--code-type)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName,
    tags.standard(tags.variableName)], color: "var(--code-function)" },
  { tag: tags.definition(tags.variableName), color: "var(--code-definition)" },
  { tag: tags.invalid, color: "var(--code-invalid)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--code-size)", color: "var(--text)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--faint)", border: "none", paddingLeft: "4px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-line)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground":
    { backgroundColor: "var(--code-selection)" },
  ".cm-selectionMatch, .cm-matchingBracket": { backgroundColor: "var(--code-match)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-textfield, .cm-button": {
    backgroundColor: "var(--page)", backgroundImage: "none", color: "var(--text)", border: "1px solid var(--line)",
    borderRadius: "4px",
  },
});

const indentation = (text) => (/^\t/m.test(text) ? "\t" : /^ {2}\S/m.test(text) ? "  " : "    ");

/**
 * Make an editor inside `parent`, in a shadow tree: there its styles are sheets of the tree's own, which a policy
 * without inline styles allows. `changed` is called after each change of the text.
 */
export function createEditor({ parent, label, changed }) {
  const root = parent.attachShadow({ mode: "open" });
  const language = new Compartment();
  const unit = new Compartment();
  let wanted;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      extensions: [
        lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), highlightSpecialChars(), history(),
        drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightSelectionMatches(), search(),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap.filter((each) => each.key !== "Mod-Enter"),
          ...searchKeymap, ...historyKeymap, indentWithTab]),
        syntaxHighlighting(colours), theme, language.of([]), unit.of(indentUnit.of("    ")),
        EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", autocorrect: "off" }),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        effects: unit.reconfigure(indentUnit.of(indentation(text))),
      });
    },
    /** Highlight as the language whose files end so; colours come when its grammar is here. */
    async setLanguage(fileExtension) {
      wanted = fileExtension;
      const extension = await grammar(fileExtension);
      if (wanted === fileExtension) view.dispatch({ effects: language.reconfigure(extension) });
    },
    focus() {
      view.focus();
    },
  };
}
