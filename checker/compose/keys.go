package compose

// treatment is what is done about a key of the Compose file.
type treatment int

const (
	// unknown keys make a project ungradable: nobody can say what they change.
	unknown treatment = iota
	// taken keys are taken into the plan, or judged by their value there.
	taken
	// within keys hold others, which are looked at one by one.
	within
	// without keys change nothing that a grade looks at.
	without
	// dangerous keys are refused.
	dangerous
)

// ofService says what is done about a key of a service: its path in the model
// that the library makes, where items of lists have no number and names of the
// author's own are "*".
func ofService(key string) treatment {
	switch key {
	case "name", "image", "command", "entrypoint", "environment", "user", "working_dir",
		"init", "read_only", "tmpfs", "ports", "cap_add", "cap_drop", "security_opt",
		"restart", "mem_limit", "cpus", "pids_limit", "container_name", "stop_grace_period",
		"env_file", "network_mode", "pid", "ipc", "uts", "userns_mode", "cgroup", "links",
		"build.context", "build.dockerfile", "build.dockerfile_inline", "build.target",
		"build.args", "build.secrets", "build.network",
		"healthcheck.test", "healthcheck.disable", "healthcheck.timeout",
		"depends_on.*.condition", "depends_on.*.required",
		"networks.*.aliases",
		"volumes.type", "volumes.source", "volumes.target", "volumes.read_only",
		"volumes.volume.nocopy", "volumes.bind.create_host_path",
		"secrets.source", "secrets.target", "configs.source", "configs.target",
		"deploy.resources.limits.cpus", "deploy.resources.limits.memory", "deploy.resources.limits.pids",
		"deploy.restart_policy.condition":
		return taken
	case "build", "healthcheck", "depends_on", "depends_on.*", "networks", "networks.*",
		"volumes", "volumes.volume", "volumes.bind", "volumes.tmpfs", "secrets", "configs",
		"deploy", "deploy.resources", "deploy.resources.limits", "deploy.resources.reservations",
		"deploy.restart_policy":
		return within
	case "profiles", "expose", "labels", "label_file", "annotations", "logging", "attach",
		"stdin_open", "tty", "pull_policy", "pull_refresh_after", "develop", "stop_signal",
		"hostname", "domainname", "mem_reservation", "mem_swappiness", "memswap_limit",
		"cpu_shares", "oom_score_adj", "scale",
		"build.labels", "build.cache_from", "build.cache_to", "build.no_cache", "build.pull",
		"build.tags", "build.provenance", "build.sbom", "build.shm_size",
		// A grade tests health in its own time.
		"healthcheck.interval", "healthcheck.retries", "healthcheck.start_period", "healthcheck.start_interval",
		"depends_on.*.restart", "networks.*.priority", "networks.*.gw_priority",
		"volumes.consistency", "volumes.bind.selinux", "volumes.bind.propagation", "volumes.volume.labels",
		"volumes.tmpfs.size", "volumes.tmpfs.mode",
		"secrets.uid", "secrets.gid", "secrets.mode", "configs.uid", "configs.gid", "configs.mode",
		"deploy.mode", "deploy.labels", "deploy.replicas", "deploy.endpoint_mode", "deploy.placement",
		"deploy.update_config", "deploy.rollback_config",
		"deploy.restart_policy.delay", "deploy.restart_policy.max_attempts", "deploy.restart_policy.window",
		"deploy.resources.reservations.cpus", "deploy.resources.reservations.memory":
		return without
	case "privileged", "devices", "device_cgroup_rules", "gpus", "cgroup_parent", "use_api_socket",
		"external_links", "build.privileged", "build.entitlements", "build.ssh":
		return dangerous
	}
	return unknown
}

// danger says what a dangerous key would give a stranger's container.
func danger(key string) string {
	switch key {
	case "privileged", "build.privileged", "build.entitlements":
		return "such a container is root on the machine that it runs on"
	case "devices", "device_cgroup_rules", "gpus":
		return "it hands the machine's own devices to a container"
	case "cgroup_parent":
		return "it takes the container out of its limits"
	case "use_api_socket":
		return "who reaches the Docker engine is root on the machine"
	case "build.ssh":
		return "it hands the keys of whoever builds to the build"
	}
	return "it leads to a container outside the project"
}

// ofFile says what is done about a key of the file itself.
func ofFile(key string) treatment {
	switch key {
	case "name", "version", "services", "networks", "volumes", "secrets", "configs":
		return taken
	}
	return unknown
}

// ofNetwork says what is done about a key of a network.
func ofNetwork(key string) treatment {
	switch key {
	case "internal", "driver", "external":
		return taken
	case "name", "ipam", "attachable", "labels", "enable_ipv4", "enable_ipv6":
		return without
	}
	return unknown
}

// ofVolume says what is done about a key of a volume.
func ofVolume(key string) treatment {
	switch key {
	case "driver", "external":
		return taken
	case "name", "labels":
		return without
	}
	return unknown
}
