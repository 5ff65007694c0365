// Generates random queries from a schema, reproducible by seed. They contain random fields, aliases, variables, directives,
// inline and named fragments, and arguments with existing values.

import { getNamedType, getNullableType, isAbstractType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType } from 'graphql';

/** Fields whose values differ between processes, with the reasons. */
export const excluded = {
  'Dataset.ageSeconds': 'depends on the time of the request',
  'Dataset.lastChecked': 'is the time of the last request of this process to the publisher',
  'Dataset.nextDue': 'is the time of the next refresh of this process',
};

const words = ['laboratory', 'university', 'limited', '中心', 'testing', 'robot', 'science', '香港', 'smart', 'medical'];

/**
 * Generates requests `{ query, variables, fields }` without end. `fields` contains the selected fields as `Type.field`. `known` contains
 * lists of existing arguments, by `Type.field`.
 */
export function* randomQueries(schema, known, seed) {
  const chance = random(seed);
  for (;;) yield new QueryGenerator(schema, known, chance).request();
}

class QueryGenerator {
  constructor(schema, known, chance) {
    Object.assign(this, { schema, known, chance, fragments: [], definitions: [], variables: {}, aliases: 0, cost: 0, selected: new Set() });
  }

  request() {
    const root = this.schema.getQueryType();
    const selection = this.selection(root, 0, 1);
    const parameters = this.definitions.length > 0 ? `(${this.definitions.join(', ')})` : '';
    return { query: [`query Made${parameters} ${selection}`, ...this.fragments].join('\n'), variables: this.variables, fields: this.selected };
  }

  /** A selection of an object, an interface or a union, in braces. */
  selection(type, depth, weight) {
    if (!isAbstractType(type)) return `{ ${this.ofObject(type, depth, weight, '').join(' ')} }`;
    const parts = this.take(this.schema.getPossibleTypes(type), 8).map(possible => {
      // Fields with the same name on two types may have different types, so each gets its own alias.
      const fields = this.ofObject(possible, depth, weight, `${possible.name}_`).join(' ');
      return `... on ${possible.name} { ${fields} }`;
    });
    return `{ __typename ${type.getFields?.().id ? 'id ' : ''}${parts.join(' ')} }`;
  }

  /** Fields of an object, some of them in fragments. */
  ofObject(type, depth, weight, prefix) {
    const open = Object.values(type.getFields()).filter(field => !(`${type.name}.${field.name}` in excluded));
    const leaves = open.filter(field => isLeafType(getNamedType(field.type)));
    const composite = open.filter(field => !isLeafType(getNamedType(field.type)));
    // A query with a higher total cost may exceed the gateway's limit.
    const most = depth === 0 ? 3 : depth < 7 && this.cost < 2_000 ? 3 : 0;
    // A page always includes its items.
    const items = composite.filter(field => /(Connection|Edge)$/.test(type.name) && /^(nodes?|edges)$/.test(field.name));
    const others = composite.filter(field => !items.includes(field) && this.chance(3) === 0);
    const composites = items.length > 0 ? [this.one(items), ...others] : this.take(composite, most);
    const chosen = [...this.take(leaves, 4), ...composites];
    if (chosen.length === 0) return ['__typename'];
    const written = chosen.map(field => this.field(type, field, depth, weight, prefix)).filter(Boolean);
    if (written.length === 0) return ['__typename'];
    const cut = this.chance(written.length);
    switch (this.chance(5)) {
      case 0:
        return [...written.slice(0, cut), `... on ${type.name} { ${written.slice(cut).join(' ')} }`];
      case 1: {
        const name = `Part${this.fragments.length}`;
        this.fragments.push(`fragment ${name} on ${type.name} { ${written.slice(cut).join(' ')} }`);
        return [...written.slice(0, cut), `...${name}`];
      }
      case 2:
        return ['__typename', ...written];
      default:
        return written;
    }
  }

  field(type, field, depth, weight, prefix) {
    const values = this.arguments(type, field);
    if (values === undefined) return undefined;
    this.cost += weight;
    this.selected.add(`${type.name}.${field.name}`);
    // A field with arguments may occur twice.
    const alias = prefix || values || this.chance(6) === 0 ? `${prefix}${field.name}_${(this.aliases += 1)}: ` : '';
    const named = getNamedType(field.type);
    const items = values.includes('first:') || values.includes('last:') ? 3 : isListType(getNullableType(field.type)) ? 10 : 1;
    const counted = ['nodes', 'edges'].includes(field.name) ? weight : weight * items;
    const below = isLeafType(named) ? '' : ` ${this.selection(named, depth + 1, counted)}`;
    // Hive Gateway loses an entity whose key has `@skip`.
    const directive = field.name === 'id' ? '' : this.directive();
    return `${alias}${field.name}${values}${directive}${below}`;
  }

  directive() {
    if (this.chance(25) !== 0) return '';
    return this.chance(2) === 0 ? ' @include(if: true)' : ` @skip(if: ${this.variable('Boolean!', this.chance(2) === 0)})`;
  }

  /** The arguments of a field, in parentheses. Undefined if a required argument has no known value. */
  arguments(type, field) {
    const given = {};
    const real = this.known[`${type.name}.${field.name}`];
    if (real) Object.assign(given, this.one(real));
    const takes = name => field.args.some(argument => argument.name === name);
    if (takes('first')) given[takes('last') && this.chance(5) === 0 ? 'last' : 'first'] = 1 + this.chance(3);
    for (const argument of field.args) {
      if (argument.name in given || ['first', 'last', 'after', 'before', 'distribution'].includes(argument.name)) continue;
      if (real && !isNonNullType(argument.type)) continue;
      if (!isNonNullType(argument.type) && this.chance(3) !== 0) continue;
      const value = this.value(argument.type, argument.name);
      if (value === undefined && isNonNullType(argument.type) && argument.defaultValue === undefined) return undefined;
      if (value !== undefined) given[argument.name] = value;
    }
    const written = Object.entries(given).map(([name, value]) => {
      const { type: of } = field.args.find(argument => argument.name === name);
      return `${name}: ${this.chance(3) === 0 ? this.variable(String(of), value) : literal(value, of)}`;
    });
    return written.length > 0 ? `(${written.join(', ')})` : '';
  }

  variable(type, value) {
    const name = `v${this.definitions.length}`;
    this.definitions.push(`$${name}: ${type}`);
    this.variables[name] = value;
    return `$${name}`;
  }

  /** A value of an input type, for the argument or input field `name`. Undefined if no value can be generated. */
  value(type, name) {
    if (isNonNullType(type)) return this.value(type.ofType, name);
    if (isListType(type)) {
      const item = this.value(type.ofType, name);
      return item === undefined ? undefined : [item];
    }
    if (isEnumType(type)) return this.one(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const chosen = fields.filter(field => isNonNullType(field.type) || this.chance(fields.length) === 0);
      const made = chosen.map(field => [field.name, this.value(field.type, field.name)]).filter(([, value]) => value !== undefined);
      return Object.fromEntries(made);
    }
    switch (type.name) {
      case 'Boolean':
        return this.chance(2) === 0;
      case 'Int':
        return 2015 + this.chance(10);
      case 'Float':
        return this.chance(10) / 10;
      case 'Decimal':
        return String(1000 * this.chance(3000));
      case 'String':
        // An unknown dataset is an error with null data. Hive Gateway then reports its own error at another field.
        return name === 'datasets' ? this.one(this.known['Query.dataset']).id : this.one(words);
      default:
        return undefined;
    }
  }

  one(list) {
    return list[this.chance(list.length)];
  }

  /** A random selection of at most `most` items of a list, in order. */
  take(list, most) {
    const wanted = new Set();
    for (let at = 0; at < most; at += 1) if (list.length > 0) wanted.add(this.chance(list.length));
    return list.filter((_, position) => wanted.has(position));
  }
}

function literal(value, type) {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (Array.isArray(value)) return `[${value.map(item => literal(item, type.ofType)).join(', ')}]`;
  if (isEnumType(type)) return value;
  if (isInputObjectType(type)) {
    const fields = Object.entries(value).map(([name, item]) => `${name}: ${literal(item, type.getFields()[name].type)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}

/** A random number generator for integers below a bound (mulberry32). */
function random(seed) {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}
