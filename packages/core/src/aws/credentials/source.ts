import type { Transport } from "../../http/transport.ts";
import type { World } from "../../world.ts";
import type { Host } from "./host.ts";
import type { Section, Sections } from "./ini.ts";

/** A source has no credentials to give: the next one is asked. Any other error ends the search. */
export class PassedOver extends Error {}

/** What the sources of a client share. */
export interface Surroundings {
  readonly world: World;
  readonly host: Host;
  readonly transport: Transport;
  /** An environment variable, without the spaces around it; an empty one is not there. */
  readonly read: (name: string) => string | undefined;
  /** The client's region; AWS STS is asked there. */
  readonly region: string | undefined;
  /** The name of the profile, and whether somebody chose it. */
  readonly profileName: string;
  readonly isProfileChosen: boolean;
}

/** What the shared config and credentials files say. */
export interface SharedConfig {
  /** Where the files are, for errors. */
  readonly paths: readonly [config: string, credentials: string];
  /** Those of them that are there but cannot be read, each with the reason. */
  readonly unread: readonly string[];
  /** By name; where both files have a setting, the credentials file's counts. */
  readonly profiles: Sections;
  /** The config file's other sections: `sso-session.dev`, `services.local`. */
  readonly sections: Sections;
  /** The profile that the client uses; empty when there is none. */
  readonly profile: Section;
}

/** The same, and what the shared files say. */
export interface Context extends Surroundings {
  readonly config: SharedConfig;
}
