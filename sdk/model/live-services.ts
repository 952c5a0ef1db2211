/** The Services of a state that was loaded from objects, with the EndpointSlices and Endpoints that say where they lead. */
import { addTo } from "../add-to.ts";
import type { EndpointSliceObject, EndpointsObject, ServiceObject, SliceContent } from "../read/objects.ts";
import type { Protocol } from "../types.ts";
import { ServicePlaces } from "./service-places.ts";

const NOTHING: readonly never[] = [];

/** The label that says who makes a slice, and who makes those of Endpoints. */
const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
const MIRRORING = "endpointslicemirroring-controller.k8s.io";

/** Names are `namespace/name`. */
export class LiveServices {
  readonly #services = new Map<string, ServiceObject>();
  readonly #places = new ServicePlaces<ServiceObject>();
  /** By the Service's name, as `#endpoints` are. */
  readonly #slices = new Map<string, EndpointSliceObject[]>();
  readonly #endpoints = new Map<string, EndpointsObject>();

  get(name: string): ServiceObject | undefined {
    return this.#services.get(name);
  }

  names(): Iterable<string> {
    return this.#services.keys();
  }

  all(): Iterable<ServiceObject> {
    return this.#services.values();
  }

  at(ip: string): readonly ServiceObject[] {
    return this.#places.at(ip);
  }

  atNodePort(protocol: Protocol, port: number): readonly ServiceObject[] {
    return this.#places.atNodePort(protocol, port);
  }

  /** Undefined where there are none. What was made of Endpoints before gives way to what they say, and be it nothing. */
  slicesOf(service: string): readonly SliceContent[] | undefined {
    const slices = this.#slices.get(service);
    const endpoints = this.#endpointsOf(service);
    if (endpoints === undefined) return slices;
    const written = (slices ?? NOTHING).filter(({ labels }) => labels[MANAGED_BY] !== MIRRORING);
    return written.length + endpoints.slices.length === 0 ? undefined : [...written, ...endpoints.slices];
  }

  /** The Endpoints that say where a Service leads, as it has no selector. */
  #endpointsOf(service: string): EndpointsObject | undefined {
    const selector = this.#services.get(service)?.selector ?? {};
    return Object.keys(selector).length > 0 ? undefined : this.#endpoints.get(service);
  }

  /** The names of Services with their slices. */
  *slices(): Generator<readonly [string, readonly SliceContent[]], void, undefined> {
    for (const service of new Set([...this.#slices.keys(), ...this.#endpoints.keys()])) {
      const slices = this.slicesOf(service);
      if (slices !== undefined) yield [service, slices];
    }
  }

  add(service: ServiceObject): void {
    this.#services.set(`${service.namespace}/${service.name}`, service);
    this.#places.add(service);
  }

  addSlice(slice: EndpointSliceObject): void {
    if (slice.serviceName !== undefined) addTo(this.#slices, `${slice.namespace}/${slice.serviceName}`, slice);
  }

  /** Puts a slice in the place of one of the same Service. */
  replaceSlice(before: EndpointSliceObject, slice: EndpointSliceObject): void {
    const slices = this.#slices.get(`${slice.namespace}/${slice.serviceName}`);
    const place = slices?.indexOf(before) ?? -1;
    if (slices !== undefined && place >= 0) slices[place] = slice;
  }

  addEndpoints(endpoints: EndpointsObject): void {
    this.#endpoints.set(`${endpoints.namespace}/${endpoints.name}`, endpoints);
  }

  /** Takes all out, and these in. */
  setAll(
    services: Iterable<ServiceObject>,
    slices: Iterable<EndpointSliceObject>,
    endpoints: Iterable<EndpointsObject>,
  ): void {
    for (const map of [this.#services, this.#places, this.#slices, this.#endpoints]) map.clear();
    for (const service of services) this.add(service);
    for (const slice of slices) this.addSlice(slice);
    for (const one of endpoints) this.addEndpoints(one);
  }
}
