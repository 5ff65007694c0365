// Replaces the client of the suite. It sends requests to the addresses in the environment.

const sendQuery = async (url, request, headers = {}) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
};

exports.productsRequest = (request, headers) => sendQuery(process.env.PRODUCTS_URL, request, headers);
exports.routerRequest = (request, headers) => sendQuery(process.env.ROUTER_URL, request, headers);
