// Renders the components, and prints their content and the number of their requests.
//
//   node dist/apollo.js [NAME]      LIONROCK_URL is the address of the gateway (default http://127.0.0.1:4000/graphql)

import { Window } from 'happy-dom';
import { createRoot } from 'react-dom/client';

export const url = process.env.LIONROCK_URL ?? 'http://127.0.0.1:4000/graphql';

const name = process.argv[2] ?? 'The Hong Kong Polytechnic University';

let requests = 0;
let lastRequest = Promise.resolve();

/** Calls `fetch` and counts the requests. */
export function countedFetch(input, init) {
  requests += 1;
  lastRequest = fetch(input, init);
  return lastRequest;
}

/** Renders two components, then a third one whose data are in the cache, then two tables. */
export async function run({ Provider, useProjects, useTrials, useSummary, useTables }) {
  const Projects = () => <Json of={useProjects({ name })} />;
  const Trials = () => <Json of={useTrials({ name })} />;
  const Summary = () => <Json of={useSummary({ name })} />;
  const Tables = () => <Json of={useTables({})} />;

  const window = new Window();
  Object.assign(globalThis, { window, document: window.document });
  const container = window.document.body.appendChild(window.document.createElement('main'));
  const root = createRoot(container);
  const show = async (...components) => {
    const before = requests;
    root.render(<Provider>{components.map((Component, index) => <section key={Component.name + index}><Component /></section>)}</Provider>);
    await waitUntilIdle();
    const shown = [...container.querySelectorAll('section')].map(({ textContent }) => (textContent ? JSON.parse(textContent) : null));
    console.log(JSON.stringify({ components: components.map(({ name: component }) => component), requests: requests - before, shown }));
  };
  await show(Projects, Trials);
  await show(Projects, Trials, Summary);
  await show(Projects, Trials, Summary, Tables);
  root.unmount();
  await window.happyDOM.close();
}

const Json = ({ of }) => (of ? JSON.stringify(of, (key, value) => (key.startsWith('__') ? undefined : value)) : '');

/** Waits until no request was sent for 300 ms. */
async function waitUntilIdle() {
  for (let seen = -1; seen !== requests; ) {
    seen = requests;
    await lastRequest.catch(() => {});
    await new Promise(resolve => setTimeout(resolve, 300));
  }
}
