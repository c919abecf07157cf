package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shipshape/checker"
	"shipshape/checker/claim"
	"shipshape/checker/inert"
	"shipshape/checker/jobs"
	"shipshape/exercises/coursetest"
	"shipshape/lessons"
)

// claimProof is a claim of a lesson and how its proof ended.
type claimProof struct {
	lessons.Claim
	status coursetest.Status
	misses []claim.Miss
	// problem is why nothing was seen at all, and remedy what to do about it.
	problem, remedy string
	took            time.Duration
}

// proveClaims proves claims on the engine, and prints each as it ends. What
// could not be graded is tried once more, alone.
func (a *app) proveClaims(ctx context.Context, g *grader, claims []lessons.Claim, atOnce int) ([]*claimProof, error) {
	var proofs []*claimProof
	for _, c := range claims {
		proofs = append(proofs, &claimProof{Claim: c})
	}
	err := jobs.Run(ctx, proofs, jobs.Options[*claimProof]{
		AtOnce:    atOnce,
		Do:        func(ctx context.Context, p *claimProof) error { return p.prove(ctx, g) },
		Done:      a.printClaim,
		Undecided: func(p *claimProof) bool { return p.status == coursetest.Ungradable },
	})
	return proofs, err
}

// prove proves a claim in a run of its own. Only what ends all proofs is an
// error.
func (p *claimProof) prove(ctx context.Context, g *grader) error {
	began := time.Now()
	misses, err := g.prove(ctx, requestOf(p.Proof))
	p.took = time.Since(began)
	p.status, p.misses, p.problem, p.remedy = coursetest.Held, misses, "", ""
	environment, ungradable := errors.AsType[*checker.EnvironmentError](err)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case ungradable:
		p.status, p.problem, p.remedy = coursetest.Ungradable, environment.Error(), environment.Remedy
	case err != nil:
		p.status, p.problem = coursetest.Wrong, err.Error()
	case len(misses) > 0:
		p.status = coursetest.Wrong
	}
	return nil
}

// prove proves a claim; whatever it began on the engine is gone when it returns.
func (g *grader) prove(ctx context.Context, c claim.Claim) ([]claim.Miss, error) {
	client, err := g.connect(ctx)
	if err != nil {
		return nil, err
	}
	run, err := client.NewRun(ctx)
	if err != nil {
		return nil, err
	}
	misses, err := claim.Prove(ctx, run, c, "")
	if closeErr := run.Close(); err == nil {
		err = closeErr
	}
	return misses, err
}

// requestOf is a lesson's proof as the engine's side knows it.
func requestOf(p lessons.Proof) claim.Claim {
	c := claim.Claim{
		Files: p.Files, Args: p.Args, Secrets: p.Secrets, Target: p.Target,
		Edit: p.Edit, Cached: p.Cached, Runs: p.Runs,
	}
	if b := p.Build; b != nil {
		c.Build = claim.Build{Fails: b.Fails, Says: b.Says}
	}
	if t := p.Image; t != nil {
		c.Image = claim.Text{Says: t.Says, Silent: t.Silent}
	}
	for _, l := range p.Layers {
		c.Layers = append(c.Layers, claim.Layers{Of: l.Of, AtLeast: l.AtLeast, AtMost: l.AtMost})
	}
	for _, r := range p.Run {
		c.Containers = append(c.Containers, containerOf(r))
	}
	return c
}

func containerOf(r lessons.ProofRun) claim.Container {
	c := claim.Container{
		Entrypoint: r.Entrypoint, Command: r.Command, User: r.User, Env: r.Env,
		Init: r.Init, ReadOnly: r.ReadOnly, Tmpfs: r.Tmpfs, DropCapabilities: r.DropCapabilities,
		Exec: r.Exec, Stop: r.Stop, Health: r.Health, Running: r.Running,
		Exit: r.Exit, Text: claim.Text{Says: r.Says, Silent: r.Silent},
	}
	if g := r.Get; g != nil {
		c.Get = &claim.Get{Port: g.Port, Path: g.Path, Status: g.Status, Unanswered: g.Unanswered}
	}
	return c
}

// printClaim tells how a claim's proof ended.
func (a *app) printClaim(p *claimProof) {
	fmt.Fprintf(a.io.Out, "%s  %s %s  %s\n", a.mark(p.status), inert.Line(p.Lesson), inert.Line(p.ID), a.io.outPaint().dim(tenths(p.took)))
	for _, m := range p.misses {
		fmt.Fprintf(a.io.Out, "       must be seen: %s\n", inert.Line(m.Expected))
		fmt.Fprintf(a.io.Out, "       seen: %s\n", inert.Line(m.Seen))
	}
	a.printProblem(p.problem, p.remedy)
}
