// The queries of examples/, in the order of their file names, each with its title as an opening comment.
const files = import.meta.glob('../../examples/*.graphql', { query: '?raw', import: 'default', eager: true });

export const examples = Object.keys(files).sort().map(name => files[name]);
