package main

// The public keys of the identity provider, from where it publishes them. They are asked for at
// each request; that this costs little is the business of the host's cache, where the app was
// granted one.
// Spec: RFC 7517, section 5, and RFC 7518, section 6.

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"

	"wheeler.dev/wheeler"
)

const (
	keysPatience = 3 * time.Second
	keysBytesMax = 64 << 10
	// A token without kid may be by any of them, and each try costs.
	keysMax = 8

	rsaBitsMin, rsaBitsMax = 2048, 8192

	unknownKey   refusal = "unknown key"
	ambiguousKey refusal = "ambiguous key"
)

type key struct {
	ID        string `json:"kid"`
	Type      string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	// Of RSA, in base64url, and so are those of elliptic curves.
	N, E  string
	Curve string `json:"crv"`
	X, Y  string
}

// findKeys finds the keys of this name, or all when there is no name.
func findKeys(name *string) ([]key, error) {
	url, ok := wheeler.Variable("JWKS_URL")
	if !ok {
		return nil, notAllowed
	}
	keys, isOld, err := fetchKeys(url, name, nil)
	// What a cache kept may be older than the key: keys are rotated.
	if err == nil && len(keys) == 0 && isOld {
		keys, _, err = fetchKeys(url, name, wheeler.Headers{{Name: "cache-control", Value: "no-cache"}})
	}
	switch {
	case err != nil:
		return nil, err
	case len(keys) == 0:
		return nil, unknownKey
	case len(keys) > keysMax:
		return nil, ambiguousKey
	}
	return keys, nil
}

func fetchKeys(url string, name *string, headers wheeler.Headers) (keys []key, isOld bool, err error) {
	answer, err := wheeler.Fetch(context.Background(), &wheeler.Request{URL: url, Headers: headers, Timeout: keysPatience})
	if err != nil {
		return nil, false, err
	}
	defer answer.Body.Close()
	if answer.Status != 200 {
		return nil, false, fmt.Errorf("%s answered %d", url, answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, keysBytesMax+1))
	if err != nil {
		return nil, false, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, false, err
	}
	if set.Keys == nil {
		return nil, false, fmt.Errorf("%s is no JSON Web Key Set", url)
	}
	for _, text := range set.Keys {
		var one key
		// One that we do not understand does not spoil the others.
		if json.Unmarshal(text, &one) == nil && (name == nil || one.ID == *name) {
			keys = append(keys, one)
		}
	}
	return keys, answer.Headers.Has("age"), nil
}

// isSigner is whether the signature is one by this key, and the key one for this algorithm.
func (k key) isSigner(algorithm string, digest, signature []byte) bool {
	if (k.Use != "" && k.Use != "sig") || (k.Algorithm != "" && k.Algorithm != algorithm) {
		return false
	}
	switch {
	case algorithm == "RS256" && k.Type == "RSA":
		public := &rsa.PublicKey{N: number(k.N), E: int(number(k.E).Int64())}
		bits := public.N.BitLen()
		return bits >= rsaBitsMin && bits <= rsaBitsMax && isRSASigner(public, digest, signature)
	case algorithm == "ES256" && k.Type == "EC" && k.Curve == "P-256":
		point := slices.Concat([]byte{4}, decodeBytes(k.X), decodeBytes(k.Y))
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		return err == nil && isECDSASigner(public, digest, signature)
	}
	return false
}

// decodeBytes gives none for what is not base64url, which is then no part of a key.
func decodeBytes(text string) []byte {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return bytes
}

func number(text string) *big.Int {
	return new(big.Int).SetBytes(decodeBytes(text))
}
