import { type LogSignature, signatures } from './signature.ts';

const VARIABLE = '[A-Z][A-Z0-9]*_[A-Z0-9_]+';

/** A process that refuses its configuration. Programs mention settings for many reasons, so it has to be in trouble. */
const CONFIGURATION = signatures(
  { failureMode: 'bad-configuration', blames: 'speaker', score: 0.9, onlyInTrouble: true },
  [
    [
      /\benv(?:ironment)?[ _-]?(?:variables?|vars?)?\b.{0,80}(?:not set|missing|required|must be set|not defined|undefined|empty|not found|unset)/i,
      'misses an environment variable',
    ],
    [
      /(?:missing|required|undefined|unset|empty|no)\b.{0,40}\benv(?:ironment)?[ _-]?(?:variables?|vars?)\b/i,
      'misses an environment variable',
    ],
    [
      new RegExp(
        `\\b(?<name>${VARIABLE})["'\`]? (?:is |was |are )?(?:not set|required|undefined|not defined|missing|empty|must (?:be|not be) \\w+|unset)`,
      ),
      'misses a setting',
    ],
    [
      new RegExp(
        `(?:KeyError:|missing (?:required )?(?:setting|key|config\\w*|variable)s?:?|please (?:set|specify|provide)) ["'\`]?(?<name>${VARIABLE})`,
      ),
      'misses a setting',
    ],
    [/could not resolve placeholder ["'](?<name>[\w.:-]+)["']/i, 'misses a setting'],
    [
      /failed to configure a DataSource|failed to determine a suitable driver class|failed to bind properties under/i,
      'cannot use its settings',
    ],
    [
      /unknown (?:shorthand )?(?:flag|option|command line|variable|argument)|unrecogni[sz]ed (?:VM )?(?:option|argument|flag|configuration parameter)|flag provided but not defined|no such option|unknown command\b/i,
      'is started with a flag or setting that it does not know',
    ],
    [
      /invalid (?:(?:value|argument|option|setting|parameter)\b.{0,60}\b(?:for|flag|option|--)|flag|boolean value|maximum heap size|initial heap size|port\b|duration|log level|address)/i,
      'is started with a value that it cannot use',
    ],
    [
      /(?:error|fail\w*|unable|cannot|could not|invalid)\b.{0,60}\b(?:pars|load|read|decod|unmarshal|validat|open)\w*\b.{0,60}(?:config|settings|\.ya?ml\b|\.toml\b|\.properties\b|\.conf\b|\.ini\b)/i,
      'cannot read its configuration',
    ],
    [
      /(?:invalid|bad|illegal|malformed|wrong) (?:config|configuration|setting)s?\b|config(?:uration)? (?:error|is invalid|invalid|validation (?:error|failed)|file not found)|\bConfigException\b|InvalidConfiguration/i,
      'refuses its configuration',
    ],
    [
      /yaml: (?:line \d+|unmarshal errors)|mapping values are not allowed/i,
      'cannot read its configuration',
    ],
    [
      /fatal config file error|bad directive or wrong number of arguments|\[emerg\]|unknown directive|error parsing (?:command line|INI config file|yaml)/i,
      'refuses its configuration',
    ],
    [
      /superuser password is not specified|password option is not specified|could not create the Java Virtual Machine/i,
      'is started without what it needs',
    ],
    [
      /strconv\.\w+: parsing .{0,60}: invalid syntax|invalid literal for int\(\)|NumberFormatException: For input string/,
      'is given a value that it cannot read',
      { score: 0.7 },
    ],
  ],
);

const CRASH = signatures(
  { failureMode: 'application-crash', blames: 'speaker', score: 0.7, onlyInTrouble: true },
  [
    [/\bpanic: |\bpanicked at\b|goroutine \d+ \[running\]/, 'panics'],
    [
      /\bSIGSEGV\b|segmentation (?:fault|violation)|\bSIGABRT\b|core dumped|terminate called after throwing/i,
      'breaks down in native code',
    ],
    [
      /Traceback \(most recent call last\)|Unhandled ?(?:Promise ?Rejection|exception|rejection|error)|Uncaught (?:\w+)?(?:Error|Exception)|Exception in thread "/i,
      'ends with an exception that nothing catches',
    ],
    [
      /Application run failed|fatal error has been detected by the Java Runtime Environment|\bfatal error: /i,
      'gives up',
    ],
    [
      /NoClassDefFoundError|NoSuchMethodError|ClassNotFoundException|ModuleNotFoundError|\bImportError\b|Cannot find module|undefined symbol|error while loading shared libraries/,
      'misses a part of its code',
    ],
    [
      /(?:^|\W)(?:FATAL|CRITICAL)\b|level["']?[=:] ?["']?(?:fatal|panic|critical)/i,
      'gives up',
      { score: 0.55 },
    ],
  ],
);

/** Of its configuration first: what it crashes on says more than how. */
export const CONFIGURATION_SIGNATURES: readonly LogSignature[] = [...CONFIGURATION, ...CRASH];
