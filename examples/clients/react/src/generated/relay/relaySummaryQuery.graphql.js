/**
 * @generated SignedSource<<dab1373e939c5fd4b65bd974222ba306>>
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "name"
  }
],
v1 = [
  {
    "kind": "Literal",
    "name": "first",
    "value": 2
  }
],
v2 = [
  {
    "alias": null,
    "args": null,
    "kind": "ScalarField",
    "name": "totalCount",
    "storageKey": null
  }
],
v3 = [
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
        "args": (v1/*:: as any*/),
        "concreteType": "FundedProjectConnection",
        "kind": "LinkedField",
        "name": "projects",
        "plural": false,
        "selections": (v2/*:: as any*/),
        "storageKey": "projects(first:2)"
      },
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": "TrialProjectConnection",
        "kind": "LinkedField",
        "name": "trialProjects",
        "plural": false,
        "selections": (v2/*:: as any*/),
        "storageKey": "trialProjects(first:2)"
      }
    ],
    "storageKey": null
  },
  {
    "alias": null,
    "args": [
      {
        "fields": [
          {
            "kind": "Variable",
            "name": "name",
            "variableName": "name"
          }
        ],
        "kind": "ObjectValue",
        "name": "by"
      }
    ],
    "concreteType": "Organisation",
    "kind": "LinkedField",
    "name": "organisation",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "Text",
        "kind": "LinkedField",
        "name": "name",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "en",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "zhHant",
            "storageKey": null
          }
        ],
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "FundingSummary",
        "kind": "LinkedField",
        "name": "funding",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "count",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "countWithoutAmount",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "concreteType": "Money",
            "kind": "LinkedField",
            "name": "total",
            "plural": false,
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "amount",
                "storageKey": null
              }
            ],
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relaySummaryQuery",
    "selections": (v3/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relaySummaryQuery",
    "selections": (v3/*:: as any*/)
  },
  "params": {
    "cacheID": "0e3568d95a986338868922b6bccc02e6",
    "id": null,
    "metadata": {},
    "name": "relaySummaryQuery",
    "operationKind": "query",
    "text": "query relaySummaryQuery(\n  $name: String!\n) {\n  itf {\n    projects(first: 2) {\n      totalCount\n    }\n    trialProjects(first: 2) {\n      totalCount\n    }\n  }\n  organisation(by: {name: $name}) {\n    id\n    name {\n      en\n      zhHant\n    }\n    funding {\n      count\n      countWithoutAmount\n      total {\n        amount\n      }\n    }\n  }\n}\n"
  }
};
})();

node.hash = "4b86901f771bbc0198a23dbff30fd23f";

export default node;
