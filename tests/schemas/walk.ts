/** Goes through a document along its schema: what of the schema it shows, and documents that are nearly it and must be refused. */
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

export interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export class Walker {
  readonly root: Schema;
  readonly validate: ValidateFunction;
  /** Members that were met, as `Definition.member`. */
  readonly met: Set<string> = new Set();
  private readonly ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });

  constructor(root: Schema) {
    this.root = root;
    this.validate = this.ajv.compile(root);
  }

  /** Every member of every object of the schema, as `Definition.member`. */
  members(): Set<string> {
    const members = new Set<string>();
    const collect = (schema: Schema, name: string): void => {
      for (const [key, member] of Object.entries(schema.properties ?? {})) {
        members.add(`${name}.${key}`);
        collect(member, `${name}.${key}`);
      }
      if (schema.items) collect(schema.items, name);
      for (const one of schema.anyOf ?? []) collect(one, name);
    };
    collect(this.root, "");
    for (const [name, schema] of Object.entries(this.root.$defs ?? {})) collect(schema, name);
    return members;
  }

  /** Every shape of the schema that describes a closed object, with the objects of the document that have it. */
  *objects(
    value: unknown,
    schema: Schema = this.root,
    name = "",
  ): Iterable<{ value: Record<string, unknown>; schema: Schema }> {
    if (schema.$ref !== undefined) {
      const target = schema.$ref.replace("#/$defs/", "");
      yield* this.objects(value, this.root.$defs?.[target] ?? {}, target);
      return;
    }
    for (const one of schema.anyOf ?? []) if (this.fits(value, one)) yield* this.objects(value, one, name);
    if (schema.items && Array.isArray(value)) for (const item of value) yield* this.objects(item, schema.items, name);
    if (schema.properties === undefined || !isObject(value)) return;
    yield { value, schema };
    for (const [key, member] of Object.entries(schema.properties)) {
      if (!(key in value)) continue;
      this.met.add(`${name}.${key}`);
      yield* this.objects(value[key], member, `${name}.${key}`);
    }
  }

  private fits(value: unknown, schema: Schema): boolean {
    return this.ajv.validate({ ...schema, $defs: this.root.$defs }, value);
  }
}

/**
 * Documents that differ from `document` in one place each: in every object a member too many, and each required member missing
 * or of another type.
 */
export function* changed(walker: Walker, document: unknown): Iterable<{ what: string; document: unknown }> {
  for (const { value, schema } of [...walker.objects(document)]) {
    value.unheardOf = true;
    yield { what: `one more in ${Object.keys(value)}`, document };
    delete value.unheardOf;
    for (const key of schema.required ?? []) {
      const { [key]: kept } = value;
      delete value[key];
      yield { what: `no ${key}`, document };
      value[key] = () => {};
      yield { what: `a ${key} that is nothing of JSON`, document };
      value[key] = kept;
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
