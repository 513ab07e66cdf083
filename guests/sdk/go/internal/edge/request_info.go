package edge

import "unsafe"

// How the request came in, and where its client is. Spec: abi/wit/request-info.wit.

//go:wasmimport wheeler:edge/request-info@0.1.0 client-transport
func requestInfoClientTransport(result unsafe.Pointer)

//go:wasmimport wheeler:edge/request-info@0.1.0 client-location
func requestInfoClientLocation(result unsafe.Pointer)

// Transport is how the request came in.
type Transport struct {
	// Version of HTTP on the connection to the host: "1.0" or "1.1".
	HTTPVersion string
	// Whether the client used TLS, as a trusted proxy says.
	Secure bool
}

// Location is where the client is, and in whose network. What is not known is empty.
type Location struct {
	// ISO 3166 codes, and the English name.
	Country, Region, City string
	// The client's autonomous system and who runs it; no system has number 0.
	ASN            uint32
	ASOrganization string
}

// ClientTransport asks the host.
func ClientTransport() Transport {
	var result struct {
		version text
		secure  uint8
	}
	reserve()
	requestInfoClientTransport(unsafe.Pointer(&result))
	return Transport{HTTPVersion: result.version.string(), Secure: result.secure != 0}
}

// ClientLocation asks the host.
func ClientLocation() Location {
	var result struct {
		country, region, city optionalText
		asn                   struct {
			some  uint8
			value uint32
		}
		organization optionalText
	}
	reserve()
	requestInfoClientLocation(unsafe.Pointer(&result))
	var location Location
	location.Country, _ = result.country.string()
	location.Region, _ = result.region.string()
	location.City, _ = result.city.string()
	location.ASOrganization, _ = result.organization.string()
	if result.asn.some != 0 {
		location.ASN = result.asn.value
	}
	return location
}
