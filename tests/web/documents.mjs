// Generates random documents for a schema, valid and mutated, reproducible by seed.

import {
  GraphQLNonNull, Kind, getNamedType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType,
  isRequiredArgument, isRequiredInputField, parse, parseType, parseValue, print, visit,
} from 'graphql';

/** A random number generator (mulberry32). */
export function randomFrom(seed) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = n => Math.floor(next() * n);
  return { below, often: chance => next() < chance, one: list => list[below(list.length)] };
}

const literals = ['1', '-0', '2147483648', '99999999999999999999', '1.5', '"a"', '"\\u{1F600}"', 'true', 'RED', 'null', '[]', '[1]', '[null]', '["a", 2]', '{}', '{ a: 1 }', '{ a: 1, a: 2 }'];

/** A valid value of an input type, as text. Some values are variables, which `declare` declares. */
function literal(random, type, declare, depth = 0) {
  if (declare && random.often(0.25)) return `$${declare(type)}`;
  if (isNonNullType(type)) return literal(random, type.ofType, undefined, depth);
  if (isListType(type)) {
    if (random.often(0.1)) return literal(random, type.ofType, undefined, depth);
    const items = Array.from({ length: random.below(3) }, () => literal(random, type.ofType, declare, depth));
    return `[${items.join(', ')}]`;
  }
  if (isEnumType(type)) return random.one(type.getValues()).name;
  if (isInputObjectType(type) && type.isOneOf) {
    const field = random.one(Object.values(type.getFields()));
    return `{ ${field.name}: ${literal(random, new GraphQLNonNull(field.type), declare, depth + 1)} }`;
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(field => isRequiredInputField(field) || (depth < 2 && random.often(0.3)));
    return `{ ${fields.map(field => `${field.name}: ${literal(random, field.type, declare, depth + 1)}`).join(', ')} }`;
  }
  return { Int: String(random.below(5)), Float: '1.5', Boolean: 'true', ID: '"a"' }[type.name] ?? '"a"';
}

/** A valid document with one operation, as text. */
export function validDocument(random, schema) {
  const variables = [];
  const fragments = [];
  const declare = type => {
    variables.push(`$v${variables.length}: ${type}`);
    return `v${variables.length - 1}`;
  };
  const condition = () => {
    if (!random.often(0.1)) return '';
    return ` @${random.one(['skip', 'include'])}(if: ${random.often(0.5) ? 'true' : `$${declare('Boolean!')}`})`;
  };
  let aliases = 0;
  const selections = (type, depth) => {
    const fields = type.getFields ? Object.values(type.getFields()) : [];
    const chosen = Array.from({ length: 1 + random.below(2) }, () => random.one(fields)).filter(Boolean);
    const lines = chosen.map(field => {
      const named = getNamedType(field.type);
      if (!isLeafType(named) && depth > 2) return '__typename';
      const given = field.args.filter(argument => isRequiredArgument(argument) || random.often(0.4));
      const args = given.map(argument => `${argument.name}: ${literal(random, argument.type, declare)}`).join(', ');
      const within = isLeafType(named) ? '' : ` { ${selections(named, depth + 1)} }`;
      return `a${aliases++}: ${field.name}${args && `(${args})`}${condition()}${within}`;
    });
    if (isAbstractType(type) && depth < 3) {
      const possible = random.one(schema.getPossibleTypes(type));
      lines.push(`... on ${possible.name}${condition()} { ${selections(possible, depth + 1)} }`);
    }
    if (depth < 3 && random.often(0.15)) {
      const name = `F${fragments.length}`;
      fragments.push(''); // reserves the name while nested fragments are generated
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${selections(type, depth + 1)} }`;
      lines.push(`...${name}${condition()}`);
    }
    lines.push(random.often(0.3) || !lines.length ? `__typename${condition()}` : '');
    return lines.join(' ');
  };
  const body = selections(schema.getQueryType(), 0);
  return `query Q${variables.length ? `(${variables.join(', ')})` : ''} { ${body} } ${fragments.join(' ')}`;
}

/** All nodes of these kinds in a document. */
function nodes(document, ...kinds) {
  const found = [];
  visit(document, { enter: node => void (kinds.includes(node.kind) && found.push(node)) });
  return found;
}

const name = value => ({ kind: Kind.NAME, value });
const directive = text => parse(`{ a ${text} }`).definitions[0].selectionSet.selections[0].directives[0];
const selection = text => parse(`{ ${text} }`).definitions[0].selectionSet.selections[0];

/** Mutations of a document. Each selects its nodes at random, and changes nothing if there is no matching node. */
const mutations = {
  renameField: (random, document, schema) => {
    const field = random.one(nodes(document, Kind.FIELD));
    const types = Object.values(schema.getTypeMap()).filter(type => type.getFields);
    field.name = name(random.often(0.5) ? 'nothing' : random.one(Object.keys(random.one(types).getFields())));
  },
  renameArgument: (random, document) => rename(random, document, Kind.ARGUMENT),
  renameInputField: (random, document) => rename(random, document, Kind.OBJECT_FIELD),
  repeatArgument: (random, document) => repeat(random, document, [Kind.FIELD, Kind.DIRECTIVE], 'arguments'),
  repeatInputField: (random, document) => repeat(random, document, [Kind.OBJECT], 'fields'),
  repeatDirective: (random, document) => repeat(random, document, [Kind.FIELD, Kind.FRAGMENT_SPREAD, Kind.INLINE_FRAGMENT], 'directives'),
  repeatVariable: (random, document) => repeat(random, document, [Kind.OPERATION_DEFINITION], 'variableDefinitions'),
  repeatDefinition: (random, document) => void document.definitions.push(random.one(document.definitions)),
  removeArgument: (random, document) => remove(random, document, [Kind.FIELD, Kind.DIRECTIVE], 'arguments'),
  removeInputField: (random, document) => remove(random, document, [Kind.OBJECT], 'fields'),
  removeVariable: (random, document) => remove(random, document, [Kind.OPERATION_DEFINITION], 'variableDefinitions'),
  removeDefinition: (random, document) => document.definitions.length > 1 && document.definitions.splice(random.below(document.definitions.length), 1),
  changeValue: (random, document) => {
    const holder = random.one(nodes(document, Kind.ARGUMENT, Kind.OBJECT_FIELD));
    if (holder) holder.value = parseValue(random.one(literals));
  },
  changeVariable: (random, document) => {
    const variable = random.one(nodes(document, Kind.VARIABLE_DEFINITION));
    if (!variable) return;
    const type = print(variable.type);
    const bare = type.replace(/[[\]!]/g, '');
    variable.type = parseType(random.one([bare, `${bare}!`, `[${bare}]`, `[${bare}!]!`, type.replace(/!$/, ''), 'String', 'ID!', 'Nothing', 'Query', 'Int']));
  },
  addDefault: (random, document) => {
    const variable = random.one(nodes(document, Kind.VARIABLE_DEFINITION));
    if (variable) variable.defaultValue = parseValue(random.one(literals));
  },
  addVariable: (random, document) => {
    const operation = random.one(nodes(document, Kind.OPERATION_DEFINITION));
    operation?.variableDefinitions.push(...parse('query($unused: Int) { a }').definitions[0].variableDefinitions);
  },
  addDirective: (random, document) => {
    const holder = random.one(nodes(document, Kind.FIELD, Kind.FRAGMENT_SPREAD, Kind.INLINE_FRAGMENT, Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION, Kind.VARIABLE_DEFINITION));
    holder.directives.push(directive(random.one([
      '@skip', '@skip(if: true)', '@include(if: "a")', '@include(if: $nothing)', '@skip(if: null)', '@skip(unless: true, if: true)', '@deprecated',
      '@deprecated(reason: "a")', '@specifiedBy(url: "a")', '@nothing', '@include(if: true, if: true)', '@skip(if: [true])',
    ])));
  },
  addSelection: (random, document) => {
    const set = random.one(nodes(document, Kind.SELECTION_SET));
    set.selections.push(selection(random.one([
      '__typename', '__typename(a: 1)', '__typename { a }', '__typename @nothing', '__schema { queryType { name } }', '...Nothing', '...F0', '...F1',
      '... on Organisation { id }', '... on Nothing { id }', '... on Int { id }', '... on Query { __typename }', '... { nothing }', '... @skip(if: true) { __typename }',
    ])));
  },
  changeCondition: (random, document, schema) => {
    const fragment = random.one(nodes(document, Kind.FRAGMENT_DEFINITION, Kind.INLINE_FRAGMENT));
    const types = Object.values(schema.getTypeMap()).filter(type => random.often(0.2) || isCompositeType(type));
    if (fragment) fragment.typeCondition = { kind: Kind.NAMED_TYPE, name: name(random.often(0.2) ? 'Nothing' : random.one(types).name) };
  },
  removeSelections: (random, document) => {
    const field = random.one(nodes(document, Kind.FIELD).filter(field => field.selectionSet));
    if (field) field.selectionSet = undefined;
  },
  addSelections: (random, document) => {
    const field = random.one(nodes(document, Kind.FIELD).filter(field => !field.selectionSet));
    if (field) field.selectionSet = parse('{ a }').definitions[0].selectionSet;
  },
  removeAliases: (random, document) => nodes(document, Kind.FIELD).forEach(field => { if (random.often(0.7)) field.alias = undefined; }),
  oneAlias: (random, document) => nodes(document, Kind.FIELD).forEach(field => { if (random.often(0.3)) field.alias = name('a'); }),
  repeatField: (random, document) => {
    const set = random.one(nodes(document, Kind.SELECTION_SET));
    const field = structuredClone(random.one(set.selections));
    const argument = random.one(nodes(field, Kind.ARGUMENT));
    if (argument) argument.value = parseValue(random.one(['1', '2', '"a"', '[]', '["a"]', '["a", "b"]', '{}', 'null']));
    set.selections.push(field);
  },
  spreadInItself: (random, document) => {
    const fragment = random.one(nodes(document, Kind.FRAGMENT_DEFINITION));
    if (fragment) fragment.selectionSet.selections.push(selection(`...${fragment.name.value}`));
  },
  changeOperation: (random, document) => {
    const operation = random.one(nodes(document, Kind.OPERATION_DEFINITION));
    if (operation) operation.operation = 'subscription';
  },
  removeName: (random, document) => {
    const operation = random.one(nodes(document, Kind.OPERATION_DEFINITION));
    if (operation) operation.name = undefined;
    if (random.often(0.7)) document.definitions.push(...parse(random.one(['query R { __typename }', '{ __typename }', 'fragment G on Query { __typename }'])).definitions);
  },
};

function rename(random, document, kind) {
  const node = random.one(nodes(document, kind));
  if (node) node.name = name('nothing');
}

function repeat(random, document, kinds, list) {
  const holder = random.one(nodes(document, ...kinds).filter(node => node[list]?.length));
  holder?.[list].push(random.one(holder[list]));
}

function remove(random, document, kinds, list) {
  const holder = random.one(nodes(document, ...kinds).filter(node => node[list]?.length));
  holder?.[list].splice(random.below(holder[list].length), 1);
}

/** A document after one or two mutations, as text. */
export function mutated(random, text, schema) {
  const document = structuredClone(parse(text, { noLocation: true }));
  for (let left = 1 + random.below(2); left; left--) mutations[random.one(Object.keys(mutations))](random, document, schema);
  return print(document);
}

/** A JSON value for a variable of this type. Most values are valid. */
export function variable(random, type) {
  if (random.often(0.12)) return random.one([null, 1, 1.5, -0, 2147483648, 1e20, 'a', true, [], [null], ['a', 1], {}, { a: 1 }]);
  if (isNonNullType(type)) return variable(random, type.ofType);
  if (isListType(type)) return random.often(0.2) ? variable(random, type.ofType) : Array.from({ length: random.below(3) }, () => variable(random, type.ofType));
  if (isEnumType(type)) return random.one(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(field => random.often(isRequiredInputField(field) ? 0.9 : 0.3));
    return Object.fromEntries(fields.map(field => [field.name, variable(random, field.type)]));
  }
  return { Int: 3, Float: 1.5, Boolean: true, ID: random.one(['a', 7]) }[type.name] ?? 'a';
}
