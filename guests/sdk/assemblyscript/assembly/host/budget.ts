// The platform calls about what is left of the request's budget, over `wheeler:edge/budget`. Edge-only.
// Spec: abi/wit/config.wit "budget".

// @ts-ignore: decorator
@external("wheeler:edge/budget@0.1.0", "cpu-ms-left")
declare function hostCpuMsLeft(): i32;
// @ts-ignore: decorator
@external("wheeler:edge/budget@0.1.0", "fetches-left")
declare function hostFetchesLeft(): i32;

export function cpuMsLeft(): i32 {
  return hostCpuMsLeft();
}

export function fetchesLeft(): i32 {
  return hostFetchesLeft();
}
