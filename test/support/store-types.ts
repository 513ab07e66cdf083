// The functions of acme:kv/store@0.1.0, made of its WIT by capabilityTypes(). Make it again when the WIT changes.

import type { CapabilityContext, CapabilityFunction } from '../../host/library/index.ts';

export interface Store<Bucket extends object> {
  readonly functions: {
    readonly twice: CapabilityFunction<[number: number], number>;
  };
  readonly resources: {
    readonly bucket: {
      readonly create: CapabilityFunction<[name: string], Bucket>;
      readonly methods: {
        readonly get: CapabilityFunction<[self: Bucket, key: string], string | undefined>;
      };
      readonly drop?: (context: CapabilityContext, bucket: Bucket) => void;
    };
  };
}
