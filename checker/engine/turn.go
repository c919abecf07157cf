package engine

import "context"

// everyBuild is the number of builds that may run at a time, far beyond what an
// engine is asked for; a build that is to be alone takes the place of all.
const everyBuild = 1 << 20

// turn waits until a build may begin, beside others or alone, and keeps the
// place until done is called. Builds begin in the order in which they came.
func (c *Client) turn(ctx context.Context, alone bool) (done func(), err error) {
	places := int64(1)
	if alone {
		places = everyBuild
	}
	if err := c.builds.Acquire(ctx, places); err != nil {
		return nil, c.fault(ctx, "begin the build", err)
	}
	return func() { c.builds.Release(places) }, nil
}
