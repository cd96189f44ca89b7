// Highlighting by file extension, so that a new language whose extension is known here needs no change.
// Each grammar is fetched when it is first wanted.
const typescript = async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true });
const python = async () => (await import("@codemirror/lang-python")).python();
const rust = async () => (await import("@codemirror/lang-rust")).rust();
const go = async () => (await import("@codemirror/lang-go")).go();

const grammars = {
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  exs: async () => (await import("codemirror-lang-elixir")).elixir(),
  go,
  java: async () => (await import("@codemirror/lang-java")).java(),
  js: async () => (await import("@codemirror/lang-javascript")).javascript(),
  mts: typescript,
  nim: python, // near enough
  php: async () => (await import("@codemirror/lang-php")).php(),
  py: python,
  rs: rust,
  ts: typescript,
  v: go, // near enough
  zig: rust, // near enough
};

/** The editor's extension for the language whose files end so; none where nothing is known. */
export async function grammar(fileExtension) {
  const extension = fileExtension.toLowerCase();
  if (Object.hasOwn(grammars, extension)) return grammars[extension]();
  return (await import("./modes.js")).mode(extension);
}
