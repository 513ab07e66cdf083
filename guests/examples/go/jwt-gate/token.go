package main

// Whether a token lets its bearer in: its signature, then its claims.
// Spec: RFC 7519; RFC 8725 for what goes wrong with it elsewhere.

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"wheeler.dev/wheeler"
)

// refusal is what is wrong with a token.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	noToken       refusal = "no token"
	malformed     refusal = "malformed token"
	notAllowed    refusal = "algorithm not allowed"
	wrongSigned   refusal = "wrong signature"
	unknownCrit   refusal = "unknown extension"
	expired       refusal = "expired"
	notYet        refusal = "not valid yet"
	wrongIssuer   refusal = "wrong issuer"
	wrongAudience refusal = "wrong audience"
)

type header struct {
	Algorithm string  `json:"alg"`
	KeyID     *string `json:"kid"`
	// Extensions that have to be understood. We understand none.
	Critical json.RawMessage `json:"crit"`
}

type claims struct {
	Expires   *float64 `json:"exp"`
	NotBefore float64  `json:"nbf"`
	Issuer    string   `json:"iss"`
	Audience  audience `json:"aud"`
}

// audience is a name or a list of names.
type audience []string

func (a *audience) UnmarshalJSON(text []byte) error {
	var one string
	if err := json.Unmarshal(text, &one); err == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

// checkToken checks the value of authorization. An error that is no refusal means that it cannot be
// told: the keys are not there.
func checkToken(authorization string) error {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return noToken
	}
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		return malformed
	}
	var header header
	var claims claims
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || !decode(parts[0], &header) || !decode(parts[1], &claims) || claims.Expires == nil {
		return malformed
	}
	if err := checkSignature(header, []byte(parts[0]+"."+parts[1]), signature); err != nil {
		return err
	}
	return claims.check(float64(time.Now().UnixMilli()) / 1000)
}

// checkSignature lets the token name an algorithm, and decides with what keys that can be one. A
// key of the identity provider is never the secret of an HMAC.
func checkSignature(header header, signed, signature []byte) error {
	if header.Critical != nil {
		return unknownCrit
	}
	if secret, ok := wheeler.Secret("HS256_KEY"); ok && header.Algorithm == "HS256" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(signed)
		if !hmac.Equal(mac.Sum(nil), signature) {
			return wrongSigned
		}
		return nil
	}
	if header.Algorithm != "RS256" && header.Algorithm != "ES256" {
		return notAllowed
	}
	keys, err := findKeys(header.KeyID)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(signed)
	for _, key := range keys {
		if key.isSigner(header.Algorithm, digest[:], signature) {
			return nil
		}
	}
	return wrongSigned
}

func isRSASigner(key *rsa.PublicKey, digest, signature []byte) bool {
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest, signature) == nil
}

// isECDSASigner takes the 64 bytes r and s, as RFC 7518, section 3.4 says.
func isECDSASigner(key *ecdsa.PublicKey, digest, signature []byte) bool {
	if len(signature) != 64 {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return ecdsa.Verify(key, digest, r, s)
}

func (c claims) check(now float64) error {
	issuer, hasIssuer := wheeler.Variable("ISSUER")
	us, hasAudience := wheeler.Variable("AUDIENCE")
	switch {
	case *c.Expires <= now:
		return expired
	case c.NotBefore > now:
		return notYet
	case hasIssuer && c.Issuer != issuer:
		return wrongIssuer
	case hasAudience && !slices.Contains(c.Audience, us):
		return wrongAudience
	}
	return nil
}

func decode(part string, into any) bool {
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}
