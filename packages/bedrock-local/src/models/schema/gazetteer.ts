/** Well-known things that the built-in model recognises in a text, and answers with when it needs one. */

/** Countries with their capitals. */
const CAPITALS: readonly (readonly [country: string, capital: string])[] = (
  "France Paris,Germany Berlin,Italy Rome,Spain Madrid,Portugal Lisbon,Japan Tokyo,China Beijing,India Delhi," +
  "Kenya Nairobi,Egypt Cairo,Peru Lima,Chile Santiago,Norway Oslo,Sweden Stockholm,Finland Helsinki,Denmark Copenhagen," +
  "Poland Warsaw,Austria Vienna,Greece Athens,Ireland Dublin,Canada Ottawa,Mexico Mexico City,Brazil Brasília," +
  "Argentina Buenos Aires,Australia Canberra,New Zealand Wellington,South Korea Seoul,Thailand Bangkok,Turkey Ankara," +
  "Switzerland Bern,Belgium Brussels,Netherlands Amsterdam,United Kingdom London,United States Washington," +
  "Nigeria Abuja,Morocco Rabat,Ukraine Kyiv,Hungary Budapest,Iceland Reykjavik"
)
  .split(",")
  .map((pair) => splitPair(pair));

const OTHER_CITIES: readonly string[] = (
  "New York,San Francisco,Los Angeles,Chicago,Boston,Seattle,Miami,Toronto,Montreal,Vancouver,Sydney,Melbourne,Mumbai," +
  "Shanghai,Hong Kong,Singapore,Dubai,Istanbul,Barcelona,Munich,Hamburg,Zürich,Zurich,Geneva,Milan,Venice,Manchester," +
  "Edinburgh,Osaka,Kyoto,São Paulo,Rio de Janeiro,Cape Town,Lagos,Prague,Lyon,Nice,Austin,Denver,Philadelphia"
).split(",");

/** Countries by name. */
export const COUNTRIES: readonly string[] = CAPITALS.map(([country]) => country);
/** Capitals and other large cities. */
export const CITIES: readonly string[] = [...CAPITALS.map(([, capital]) => capital), ...OTHER_CITIES];

/** The capital of a country, when it is a well-known one. */
export function findCapital(country: string): string | undefined {
  return CAPITALS.find(([name]) => name === country)?.[1];
}

/** Two-word countries keep both words: the capital begins after the last word that belongs to the country. */
function splitPair(pair: string): readonly [string, string] {
  const words = pair.split(" ");
  const length = /^(?:New|South|United)$/.test(words[0] ?? "") ? 2 : 1;
  return [words.slice(0, length).join(" "), words.slice(length).join(" ")];
}
