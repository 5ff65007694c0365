/**
 * @generated SignedSource<<0934a7cac74014da9827f380d94b4716>>
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

var node = (function(){
var v0 = [
  {
    "alias": null,
    "args": null,
    "concreteType": "Dimension",
    "kind": "LinkedField",
    "name": "dimensions",
    "plural": true,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "code",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "Text",
        "kind": "LinkedField",
        "name": "values",
        "plural": true,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "en",
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  }
],
v1 = [
  {
    "alias": null,
    "args": null,
    "concreteType": "Itf",
    "kind": "LinkedField",
    "name": "itf",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "concreteType": "StatisticalTable",
        "kind": "LinkedField",
        "name": "byTechnology",
        "plural": false,
        "selections": (v0/*:: as any*/),
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "StatisticalTable",
        "kind": "LinkedField",
        "name": "annualByTechnology",
        "plural": false,
        "selections": (v0/*:: as any*/),
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": [],
    "kind": "Fragment",
    "metadata": null,
    "name": "relayTablesQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [],
    "kind": "Operation",
    "name": "relayTablesQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "a0ba26cbed19325e0e18abc5b1284a1c",
    "id": null,
    "metadata": {},
    "name": "relayTablesQuery",
    "operationKind": "query",
    "text": "query relayTablesQuery {\n  itf {\n    byTechnology {\n      dimensions {\n        code\n        values {\n          en\n        }\n      }\n    }\n    annualByTechnology {\n      dimensions {\n        code\n        values {\n          en\n        }\n      }\n    }\n  }\n}\n"
  }
};
})();

node.hash = "8b0e96298d9490a319188837a53768be";

export default node;
