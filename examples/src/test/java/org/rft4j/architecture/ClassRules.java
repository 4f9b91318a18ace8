package org.rft4j.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/** The rules that compiled classes keep, for any root package, so that a test can also see each of them fail. */
final class ClassRules {
    /** Classes whose purpose is to measure time. */
    private static final Set<String> TIMING_CLASSES = Set.of(
            "org.rft4j.core.trainer.Timings",
            "org.rft4j.rewards.sandbox.ProgramRun",
            "org.rft4j.rewards.sql.SqlWorker$Deadline",
            "org.rft4j.rollout.sampler.PolicySampler");

    private final String root;

    ClassRules(String root) {
        this.root = root;
    }

    /** Arrows only point down, and the three middle modules do not know each other. */
    ArchRule floors() {
        return layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("examples")
                .definedBy(in("examples"))
                .layer("benchmarks")
                .definedBy(in("benchmarks"))
                .layer("cli")
                .definedBy(in("cli"))
                .layer("algorithms")
                .definedBy(in("algorithms"))
                .layer("rewards")
                .definedBy(in("rewards"))
                .layer("rollout")
                .definedBy(in("rollout"))
                .layer("parquet")
                .definedBy(in("parquet"))
                .layer("core")
                .definedBy(in("core"))
                .layer("engine")
                .definedBy(in("engine"))
                .whereLayer("examples")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("benchmarks")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("examples")
                .whereLayer("algorithms")
                .mayOnlyBeAccessedByLayers("examples", "benchmarks", "cli")
                .whereLayer("rewards")
                .mayOnlyBeAccessedByLayers("examples", "benchmarks", "cli")
                .whereLayer("rollout")
                .mayOnlyBeAccessedByLayers("examples", "benchmarks", "cli")
                .whereLayer("parquet")
                .mayOnlyBeAccessedByLayers("examples", "benchmarks", "cli")
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers(
                        "algorithms", "rewards", "rollout", "parquet", "examples", "benchmarks", "cli")
                .allowEmptyShould(true);
    }

    ArchRule rewardsKnowNoTensor() {
        return noClasses()
                .that()
                .resideInAPackage(in("rewards"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .allowEmptyShould(true);
    }

    ArchRule algorithmsKnowNoHttpAndNoFile() {
        return noClasses()
                .that()
                .resideInAPackage(in("algorithms"))
                .should()
                .dependOnClassesThat(
                        nameMatching("java\\.net\\..*|java\\.nio\\.(file|channels)\\..*|java\\.io\\.File.*")
                                .forSubtype())
                .allowEmptyShould(true);
    }

    ArchRule onlyTheEngineKnowsPyTorch() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(in("engine"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch..")
                .allowEmptyShould(true);
    }

    ArchRule noPackageCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);
    }

    ArchRule noStandardStreams() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(in("examples"), in("benchmarks"))
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .allowEmptyShould(true);
    }

    ArchRule noOtherLogging() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..")
                .allowEmptyShould(true);
    }

    /** Every draw is keyed by what it is for; a generator that seeds itself, or that others share, cannot be resumed. */
    ArchRule noUnseededRandomness() {
        return noClasses()
                .should()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SplittableRandom.class)
                .orShould()
                .dependOnClassesThat(
                        nameMatching("java\\.util\\.concurrent\\.ThreadLocalRandom|java\\.security\\.SecureRandom")
                                .forSubtype())
                .orShould()
                .callMethodWhere(calls("java\\.lang\\.(Strict)?Math\\.random|java\\.util\\.UUID\\.randomUUID"
                        + "|java\\.util\\.random\\.RandomGenerator\\.(getDefault|of)"))
                .orShould()
                .callMethodWhere(shufflesWithoutGenerator())
                .orShould()
                .callMethodWhere(target(owner(assignableTo("ai.djl.ndarray.NDManager")))
                        .and(target(HasName.Predicates.nameStartingWith("random"))))
                .allowEmptyShould(true);
    }

    ArchRule noWallClock() {
        return noClasses()
                .should()
                .callMethodWhere(calls("java\\.lang\\.System\\.currentTimeMillis|java\\.time\\..*\\.now"
                        + "|java\\.time\\.Clock\\.(system|tick).*|java\\.util\\.Calendar\\.getInstance"))
                .orShould()
                .callConstructor(java.util.Date.class)
                .allowEmptyShould(true);
    }

    ArchRule nanoTimeOnlyWhereTimeIsMeasured() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(in("examples"), in("benchmarks"))
                .and(new DescribedPredicate<JavaClass>("are not timing classes") {
                    @Override
                    public boolean test(JavaClass c) {
                        return !TIMING_CLASSES.contains(c.getName());
                    }
                })
                .should()
                .callMethodWhere(calls("java\\.lang\\.System\\.nanoTime"))
                .allowEmptyShould(true);
    }

    /** JMH subclasses its benchmarks, so these are free. */
    ArchRule classesAreFinalOrAbstract() {
        return classes()
                .that()
                .resideOutsideOfPackage(in("benchmarks"))
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotAnonymousClasses()
                .and()
                .areNotAssignableTo(Throwable.class)
                .should(beFinalOrAbstract())
                .allowEmptyShould(true);
    }

    private String in(String module) {
        return root + "." + module + "..";
    }

    private static DescribedPredicate<JavaCall<?>> calls(String ownerAndName) {
        return new DescribedPredicate<>("calls of " + ownerAndName.replace("\\", "")) {
            @Override
            public boolean test(JavaCall<?> call) {
                return (call.getTargetOwner().getName() + "." + call.getName()).matches(ownerAndName);
            }
        };
    }

    private static DescribedPredicate<JavaCall<?>> shufflesWithoutGenerator() {
        return new DescribedPredicate<>("Collections.shuffle without a generator") {
            @Override
            public boolean test(JavaCall<?> call) {
                return call.getName().equals("shuffle")
                        && call.getTargetOwner().getName().equals("java.util.Collections")
                        && call.getTarget().getRawParameterTypes().size() == 1;
            }
        };
    }

    private static ArchCondition<JavaClass> beFinalOrAbstract() {
        return new ArchCondition<>("be final or abstract") {
            @Override
            public void check(JavaClass c, ConditionEvents events) {
                boolean closed = c.getModifiers().contains(JavaModifier.FINAL)
                        || c.getModifiers().contains(JavaModifier.ABSTRACT);
                events.add(new SimpleConditionEvent(c, closed, c.getName() + " is neither final nor abstract"));
            }
        };
    }
}
