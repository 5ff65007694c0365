export default {
  locales: ['en', 'zh-Hant', 'zh-Hans'],
  sourceLocale: 'en',
  catalogs: [{ path: 'src/explorer/locales/{locale}', include: ['src/explorer'], exclude: ['src/explorer/gql/**', 'src/explorer/locales/**'] }],
  format: 'po',
  formatOptions: { lineNumbers: false },
  compileNamespace: 'ts',
};
