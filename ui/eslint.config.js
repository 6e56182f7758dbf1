import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'src/bindings/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      // TypeScript knows better, and ESLint's rule does not see types.
      'no-undef': 'off',
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/ipc.ts talks to the shell.' }],
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // The content-security policy refuses style attributes; `style:` goes through CSSOM.
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/require-each-key': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The content-security policy refuses style attributes; use style: directives.',
        },
      ],
    },
  },
  {
    files: ['src/ipc.ts', 'src/dev/**', '**/*.test.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  { files: ['*.js', '*.ts'], languageOptions: { globals: globals.node } },
);
