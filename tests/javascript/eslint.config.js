// Rules for the page's scripts, and for the tests of them.
import js from '@eslint/js';
import globals from 'globals';

export default [
  js.configs.recommended,
  {
    files: ['demos/**/*.js'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: globals.browser },
  },
  {
    files: ['tests/**/*.js', 'tests/**/*.mjs'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: globals.node },
  },
  {
    rules: {
      'no-unused-vars': ['error', { args: 'none' }],
      'no-var': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      eqeqeq: 'error',
      'no-shadow': ['error', { builtinGlobals: false, hoist: 'functions' }],
      'no-use-before-define': ['error', { functions: false, variables: false }],
      'no-implicit-globals': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unused-expressions': ['error', { allowShortCircuit: true, allowTernary: true }],
      'no-throw-literal': 'error',
      'array-callback-return': 'error',
      'default-case-last': 'error',
      'no-duplicate-imports': 'error',
      'object-shorthand': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-alert': 'error',
    },
  },
  { files: ['demos/**/*.js'], rules: { 'no-console': 'error' } },
];
