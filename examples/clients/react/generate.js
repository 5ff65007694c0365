// Generates the cache settings that depend on the schema. With `--check` it only compares them with the files.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { buildSchema, isAbstractType, isObjectType } = require('graphql');

const schema = buildSchema(readFileSync(join(__dirname, '../../../schema/graph.graphql'), 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const roots = [schema.getQueryType(), schema.getSubscriptionType()];

const files = {
  // The object types of each interface and union. Caches need them to match fragments.
  'possible-types.json': Object.fromEntries(types.filter(isAbstractType).map(type => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)])),
  // The object types without `id`. Their objects are parts of the parent object.
  'keyless-types.json': types.filter(type => isObjectType(type) && !roots.includes(type) && !type.getFields().id).map(({ name }) => name),
};

for (const [name, content] of Object.entries(files)) {
  const path = join(__dirname, 'src/generated', name);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) throw new Error(`${path} is outdated: run \`npm run generate\``);
}
