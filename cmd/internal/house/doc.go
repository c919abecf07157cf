// Package house holds no code but the test that keeps the rooms of shipshape
// apart: who may import whom.
package house
