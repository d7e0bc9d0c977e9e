// Lint rules of the pages: strict TypeScript, Vue's recommended set, no `any`, one place for each outside thing.
import vue from "eslint-plugin-vue";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "src/wire.gen.ts"] },
  ...ts.configs.strict,
  ...vue.configs["flat/recommended-error"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "no-undef": "off", // rejected: TypeScript already knows which names exist
      "vue/multi-word-component-names": "off", // rejected: pages are named by one word
      "vue/max-attributes-per-line": "off", // deferred: layout of templates is left to the author
      "vue/singleline-html-element-content-newline": "off", // deferred: as above
      "vue/html-self-closing": "off", // deferred: as above
      "vue/html-closing-bracket-newline": "off", // deferred: as above
      "vue/html-indent": "off", // deferred: as above
      "vue/multiline-html-element-content-newline": "off", // deferred: as above
      "vue/first-attribute-linebreak": "off", // deferred: as above
      "max-lines": ["error", 300],
      "no-restricted-globals": ["error", { name: "WebSocket", message: "Only socket.ts opens websockets." }],
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "sip.js", message: "Only phone.ts and its own parts import sip.js." }] },
      ],
    },
  },
  { files: ["src/socket.ts"], rules: { "no-restricted-globals": "off" } },
  { files: ["src/phone.ts"], rules: { "no-restricted-imports": "off" } },
);
