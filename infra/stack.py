"""The whole service: composes the capabilities, one construct each."""

from __future__ import annotations

from aws_cdk import Aws, CfnOutput, CfnTag, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from functions.aws.settings import Settings
from functions.core.job import NetworkMode
from functions.core.languages import Catalog, Language
from functions.core.offer import Offer
from infra.acknowledge import acknowledge
from infra.api import Api
from infra.functions import Functions, Parts
from infra.logbook import log_group
from infra.monitoring import Monitoring
from infra.network import Place, Semitrusted
from infra.offered import offered
from infra.pools import ModePools, Shared, worker_policy
from infra.settings import Deployment
from infra.storage import Storage
from infra.zerotrust import Zerotrust


class Service(Stack):
    """One deployment. Pools are in nested stacks, one a network mode."""

    def __init__(self, scope: Construct, deployment: Deployment, catalog: Catalog) -> None:
        super().__init__(scope, deployment.name, description="Code execution service")
        self._deployment = deployment
        languages = offered(catalog, deployment)
        self._storage = storage = Storage(self, "Storage", deployment)
        settings = Settings(
            jobs_table=storage.jobs.table_name,
            keys_table=storage.keys.table_name,
            bucket=storage.bucket.bucket_name,
            queue_url_prefix=storage.queue_url_prefix,
            sync_wait_seconds=deployment.sync_wait_seconds,
        )
        worker_logs = {
            mode: log_group(self, f"{mode.title()}WorkersLog", deployment) for mode in deployment.network_modes
        }
        places = self._places(worker_logs)
        cluster = self._cluster()
        policy = worker_policy(self, storage, deployment).managed_policy_arn
        shared = Shared(deployment, storage, cluster, settings.environment(), policy)
        pools = {
            mode: ModePools(self, f"{mode.title()}Pools", shared, mode, languages, place, worker_logs[mode])
            for mode, place in places.items()
        }
        offer = _offer(catalog, languages, deployment).environment()
        functions = Functions(self, "Functions", Parts(deployment, storage, cluster, places, settings, offer))
        api = Api(self, "Api", deployment, functions)
        self._monitoring(functions, api, pools, worker_logs)
        self._outputs(settings, cluster)

    def _places(self, worker_logs: dict[NetworkMode, logs.LogGroup]) -> dict[NetworkMode, Place]:
        deployment, network_log = self._deployment, log_group(self, "NetworkLog", self._deployment)
        places = {
            NetworkMode.ZEROTRUST: Zerotrust(
                self, "Zerotrust", deployment, self._storage, worker_logs[NetworkMode.ZEROTRUST], network_log
            ).place
        }
        if NetworkMode.SEMITRUSTED in deployment.network_modes:
            places[NetworkMode.SEMITRUSTED] = Semitrusted(self, "Semitrusted", deployment, network_log).place
        return places

    def _cluster(self) -> ecs.CfnCluster:
        cluster = ecs.CfnCluster(
            self,
            "Cluster",
            cluster_name=self._deployment.name,
            # Else GuardDuty's runtime monitoring, where the account has it, puts an agent into every microVM and
            # endpoints into the networks, which nothing here knows of and `cdk destroy` fails for.
            tags=[CfnTag(key="GuardDutyManaged", value="false")],
            cluster_settings=[ecs.CfnCluster.ClusterSettingsProperty(name="containerInsights", value="disabled")],
        )
        acknowledge(
            cluster,
            {
                "AwsSolutions-ECS4": "Container Insights bills each task's metrics, and here a job is a task. "
                "The sweep counts jobs each minute, and AWS/Usage the vCPUs."
            },
        )
        return cluster

    def _monitoring(
        self,
        functions: Functions,
        api: Api,
        pools: dict[NetworkMode, ModePools],
        worker_logs: dict[NetworkMode, logs.LogGroup],
    ) -> None:
        monitoring = Monitoring(self, "Monitoring", self._deployment)
        answering = [each for each in (functions.api, functions.sync) if each]
        own = [*answering, functions.task_stopped, functions.sweep, functions.webhooks]
        watched = {each.node.id: each.log_group for each in own}
        watched |= {f"{mode.title()}Workers": group for mode, group in worker_logs.items()}
        hot = {name: queue for each in pools.values() for name, queue in each.queues.items()
               if name in self._deployment.hot_pools}  # fmt: skip
        monitoring.jobs(functions.sweep)
        monitoring.failures(functions.launch_worker, functions.task_stopped, watched, self._storage.dead_letters)
        monitoring.tables({"jobs": self._storage.jobs.table_name, "keys": self._storage.keys.table_name})
        monitoring.functions(answering, functions.background)
        monitoring.webhooks(self._storage.webhooks, functions.telling)
        monitoring.api(api.metrics())
        monitoring.capacity(hot, [*answering, functions.launch_worker])
        monitoring.finish()

    def _outputs(self, settings: Settings, cluster: ecs.CfnCluster) -> None:
        for name, value in {
            "JobsTable": settings.jobs_table,
            "KeysTable": settings.keys_table,
            "Bucket": settings.bucket,
            "QueueUrlPrefix": settings.queue_url_prefix,
            "MasterSecretArn": self._storage.master_secret.secret_arn,
            "Cluster": cluster.attr_arn,
            "Dashboard": f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/{self._deployment.name}",
        }.items():
            CfnOutput(self, f"{name}Output", value=value).override_logical_id(name)


def _offer(catalog: Catalog, languages: dict[str, Language], deployment: Deployment) -> Offer:
    """Return what the API says that it has."""
    missing = dict.fromkeys(sorted(catalog.keys() - languages), "")
    modes = {str(mode): "" for mode in NetworkMode if mode not in deployment.network_modes}
    return Offer(frozenset(deployment.hot_pools), missing, modes)
