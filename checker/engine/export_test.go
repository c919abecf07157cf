package engine

import "github.com/moby/moby/client"

// API lets tests look at the engine past the package, to see what is really
// there.
func (c *Client) API() *client.Client { return c.api }
