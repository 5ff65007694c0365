// What the suite asks with, in place of its own: at the addresses that the test gives it.

const ask = async (url, request, headers = {}) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
};

exports.productsRequest = (request, headers) => ask(process.env.PRODUCTS_URL, request, headers);
exports.routerRequest = (request, headers) => ask(process.env.ROUTER_URL, request, headers);
