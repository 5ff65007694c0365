// The comparison server in JavaScript: Mercurius with its JIT compiler, over plain objects with maps from id to object.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const [port, data] = process.argv.slice(2)
// Sorted by funding, highest first.
const all = JSON.parse(readFileSync(data))
const byId = new Map(all.map(organisation => [organisation.id, organisation]))
for (const organisation of all) organisation.lower = organisation.names.map(name => name.value.toLowerCase())

const schema = `
  type Query {
    organisation(by: OrganisationBy!): Organisation
    organisations(filter: OrganisationFilter, orderBy: OrganisationOrder, first: Int): OrganisationConnection!
    funding(groupBy: [FundingDimension!]!, filter: FundingFilter): [FundingGroup!]!
  }
  input OrganisationBy { id: ID }
  input OrganisationFilter { name: String }
  input OrganisationOrder { field: OrganisationOrderField!, direction: Direction }
  input ProjectOrder { field: ProjectOrderField! }
  input FundingFilter { clusters: [String!], kinds: [FundingKind!] }
  enum OrganisationOrderField { FUNDING }
  enum ProjectOrderField { REFERENCE }
  enum Direction { ASC DESC }
  enum FundingDimension { YEAR PROGRAMME }
  enum FundingKind { FUNDED_PROJECT }
  type OrganisationConnection { nodes: [Organisation!]! }
  type Organisation {
    id: ID!  name: Text!  funding: Sum!
    fundedProjects(first: Int, orderBy: ProjectOrder): ProjectConnection!
    accreditations(first: Int): AccreditationConnection!
    tenanciesConnection: TenancyConnection!
  }
  type Sum { total: Money! }
  type Money { amount: String! }
  type Text { en: String  zhHant: String }
  type Programme { code: String! }
  type ProjectConnection { nodes: [Project!]! }
  type Project { reference: String  title: Text!  programme: Programme  year: Int  approved: Money  remarks: String }
  type AccreditationConnection { nodes: [Accreditation!]! }
  type Accreditation { registrationNumber: String  name: Text!  address: Text  testCategories: [Text!]! }
  type TenancyConnection { nodes: [Tenancy!]! }
  type Tenancy { name: Text!  cluster: Text  introduction: Text  website: String }
  type FundingGroup { year: Int  programme: String  count: Int!  total: Money! }
`
const page = (list, first = 20) => ({ nodes: list.nodes.length > first ? list.nodes.slice(0, first) : list.nodes })
const resolvers = {
  Query: {
    organisation: (_, { by }) => byId.get(by.id),
    organisations(_, { filter, first = 20 }) {
      if (!filter?.name) return { nodes: all.slice(0, first) }
      const part = filter.name.toLowerCase()
      const nodes = []
      for (const organisation of all) {
        if (organisation.lower.some(name => name.includes(part)) && nodes.push(organisation) === first) break
      }
      return { nodes }
    },
    funding(_, { filter }) {
      const groups = new Map()
      for (const organisation of all) {
        if (!organisation.tenancies.nodes.some(tenancy => filter.clusters.includes(tenancy.cluster.en))) continue
        for (const { year, programme, approved } of organisation.fundedProjects.nodes) {
          const key = `${year} ${programme.code}`
          const group = groups.get(key) ?? { year, programme: programme.code, count: 0, sum: 0 }
          group.count += 1
          group.sum += Number(approved.amount)
          groups.set(key, group)
        }
      }
      const sorted = [...groups.values()].sort((a, b) => a.year - b.year || (a.programme < b.programme ? -1 : 1))
      return sorted.map(group => ({ ...group, total: { amount: String(group.sum) } }))
    }
  },
  Organisation: {
    fundedProjects: (organisation, { first }) => page(organisation.fundedProjects, first),
    accreditations: (organisation, { first }) => page(organisation.accreditations, first),
    tenanciesConnection: organisation => organisation.tenancies
  }
}
const app = Fastify()
app.register(mercurius, { schema, resolvers, jit: 1 })
await app.listen({ port: Number(port), host: '127.0.0.1' })
