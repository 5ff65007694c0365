import { useData, type Result } from '../data.ts';
import { AllDatasetsDocument, type AllDatasetsQuery } from '../gql/graphql.ts';

/** All datasets with their state. One request for all pages. */
export const useDatasets = (): Result<AllDatasetsQuery> => useData(AllDatasetsDocument, {});
