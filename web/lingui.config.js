export default {
  locales: ['en', 'zh-Hant', 'zh-Hans'],
  sourceLocale: 'en',
  catalogs: [{ path: 'src/explorer/locales/{locale}', include: ['src/explorer'], exclude: ['src/explorer/gql/**', 'src/explorer/locales/**'] }],
  format: 'po',
  formatOptions: { origins: false },
  orderBy: 'messageId', // the same order on every machine
  compileNamespace: 'ts',
};
